"""Every mistake is told where it stands, in the contract's words, with the nearest valid name and what to do."""

import pytest

from tests.documents.samples import FILE, agreement, document, errors_of, folder, level, spoilt, uc

Mistake = tuple[str, str, str, str | None, str]


def party(spec: str) -> str:
    return folder(document("Party", "newcomer", spec))


def calendar(spec: str) -> str:
    return folder(document("Calendar", "plant", spec))


def service(spec: str) -> str:
    return folder(document("Service", "portal", spec))


def sla(**terms: str) -> str:
    return folder(agreement(**terms))


def one_level(**parts: str) -> str:
    return sla(serviceLevels=f"[{level(**parts)}]")


def one_credit(credit: str, **parts: str) -> str:
    return one_level(credit=credit, **parts)


SPEC = "spec"
LEVEL = "spec.serviceLevels[0]"

# What is spoilt, and then: the path, words of the message, the nearest valid name, words of the cure.
MISTAKES: dict[str, Mistake] = {
    # The envelope.
    "an unknown kind": ("kind: §Agrement\nspec: {}\n", "kind", '"Agrement" is not a kind of document', "Agreement", "Write one of: Agreement"),
    "no kind": ("§apiVersion: privity/v1\nspec: {}\n", "", "the document has no kind", None, "Add kind:"),
    "a misspelled kind key": ("apiVersion: privity/v1\n§Kind: Party\n", "Kind", '"Kind" is not a key of a document', "kind", "Write kind:"),
    "another edition": (
        "kind: Party\napiVersion: §privity/v2\nmetadata: {name: a}\nspec: {role: vendor}\n",
        "apiVersion", '"privity/v2" is not an edition of this language', "privity/v1", "Write privity/v1",
    ),
    "no spec": ("§apiVersion: privity/v1\nkind: Party\nmetadata: {name: a}\n", "spec", "spec is missing", None, "Add spec:"),
    "a document that is a list": ("§- kind: Party\n", "", "a document is a mapping of keys, not a list", None, "kind: Party"),
    "a document that is text": ("§hello\n", "", 'a document is a mapping of keys, not the text "hello"', None, "kind: Party"),
    # Names.
    "a name with capitals": (folder(document("Party", "§Acme", "{role: vendor}")), "metadata.name", '"Acme" is not a name', "acme", "lower-case letters"),
    "a name with blanks": (folder(document("Party", "§acme uk", "{role: vendor}")), "metadata.name", '"acme uk" is not a name', "acme-uk", "hyphens"),
    "a version of nothing": (
        folder(agreement(metadata=", version: §zero")), "metadata.version", '"zero" is not a whole number', None, "digits only",
    ),
    # Keys.
    "an unknown key": (sla(strcture="x").replace("  strcture", "  §strcture"), "spec.strcture", '"strcture" is not a key here', "structure", "Write one of:"),
    "an unknown key near a free one": (
        sla(structure="", strcture="service").replace("  strcture", "  §strcture"),
        "spec.strcture", '"strcture" is not a key here', "structure", "or remove it",
    ),
    "a missing key": (sla(provider="").replace("\nspec:\n  type: SLA", "\n§spec:\n  type: SLA"), "spec.provider", "provider is missing", None, "Add provider:"),
    "a key twice": (folder(document("Party", "newcomer", "{role: vendor}") + "§kind: Party\n"), "kind", '"kind" stands twice in this mapping', None, "Remove one of the two"),
    "a key without a value": (sla(calendar=" ").replace("  calendar", "  §calendar"), "spec.calendar", "has no value", None, "leave the key out"),
    # Single values.
    "an unknown role": (party("{role: §suplier}"), "spec.role", '"suplier" is not a role', None, "Write one of: customer, provider, vendor, team"),
    "a role that is nearly right": (party("{role: §vendro}"), "spec.role", '"vendro" is not a role', "vendor", "Write one of"),
    "money that is negative": (
        sla(charges="[{service: shop, monthly: §-40000.00}]"), "spec.charges[0].monthly", "-40000.00 is negative", None, "without its sign",
    ),
    "money that is no number": (
        sla(charges="[{service: shop, monthly: §ten}]"), "spec.charges[0].monthly", '"ten" is not an amount of money', None, "decimal text",
    ),
    "a comma for the decimal point": (
        one_level(target="{atLeast: §'99,5'}"), f"{LEVEL}.target.atLeast", '"99,5" is not a value', "99.5", "no separators",
    ),
    "more than all of it": (
        one_level(target="{atLeast: §'999'}"), f"{LEVEL}.target.atLeast", "999 is over 100, and availability is a percentage", None, "from 0 to 100",
    ),
    "money with separators": (
        sla(charges="[{service: shop, monthly: §'40,000.00'}]"), "spec.charges[0].monthly", '"40,000.00" is not an amount', "40000.00", "no separators",
    ),
    "money with an exponent": (
        sla(charges="[{service: shop, monthly: §4e4}]"), "spec.charges[0].monthly", '"4e4" is not an amount of money', None, "decimal text",
    ),
    "money that is a list": (
        sla(charges="[{service: shop, monthly: §{pounds: 4}}]"), "spec.charges[0].monthly", "is not a monthly charge", None, "decimal text",
    ),
    "money of another currency": (
        sla(charges="[{service: shop, monthly: {amount: '5.00', currency: §EUR}}]"),
        "spec.charges[0].monthly.currency", "EUR is not the currency of this agreement, which is GBP", "GBP", "in its own currency",
    ),
    "money without a currency": (
        sla(currency="").replace("  charges", "  §charges"), "spec.charges", "money is named and the agreement has no currency", None, "Add currency:",
    ),
    "an unknown currency": (sla(currency="§gbp"), "spec.currency", '"gbp" is not a currency', "GBP", "ISO 4217"),
    "a percentage that is negative": (
        one_credit("{scheme: bands, bands: [{below: '99', percent: §-5}]}"), f"{LEVEL}.credit.bands[0].percent", "-5 is negative", None, "from 0 to 100",
    ),
    "a percentage with its sign": (
        one_credit("{scheme: bands, bands: [{below: '99', percent: §5%}]}"), f"{LEVEL}.credit.bands[0].percent", '"5%" is not a percentage', "5", "no separators",
    ),
    "a day that does not exist": (
        sla(effective="§2026-02-30"), "spec.effective", "2026-02-30", None, "",
    ),
    "a date in another order": (sla(effective="§01/02/2026"), "spec.effective", '"01/02/2026" is not a date', None, "Write it like 2026-04-14"),
    "a time where a date is wanted": (sla(effective="§2026-01-01T00:00Z"), "spec.effective", "is not a date", None, "Write it like 2026-04-14"),
    "a duration in words": (
        sla(reliefNotice="{within: §5 days}"), "spec.reliefNotice.within", '"5 days" is not a duration', None, "ISO 8601",
    ),
    "hours before the T of a duration": (
        one_level(metric="{kind: availability, minimumOutage: §P4H}"), f"{LEVEL}.metric.minimumOutage", "hours and seconds stand after a T", None, "PT4H",
    ),
    "months where an exact length is wanted": (
        one_level(metric="{kind: availability, minimumOutage: §P1M}"), f"{LEVEL}.metric.minimumOutage", "has no exact length", None, "in days or hours",
    ),
    "yes instead of true": (sla(remedies="{sole: §yes}"), "spec.remedies.sole", '"yes" is neither true nor false', "true", "Write true or false"),
    "a list where text is wanted": (sla(provider="§[halden]"), "spec.provider", "is a list, where a name is wanted", None, "lower-case letters"),
    "text where a list is wanted": (sla(serviceLevels="§none"), "spec.serviceLevels", '"none" is not a list', None, "square brackets"),
    "text where a mapping is wanted": (sla(term="§2026"), "spec.term", '"2026" is not a mapping', None, "Write keys and values"),
    "text where services are wanted": (sla(services="§shop"), "spec.services", '"shop" is not a list of services', None, "[online-banking]"),
    # Parties.
    "a team without a parent": (party("§{role: team}"), "spec", "a team has no parent", None, "Write parent:"),
    "an undeclared parent": (party("{role: team, parent: §haldn}"), "spec.parent", '"haldn" is not a declared party', "halden", "Write one of: atlas"),
    # Calendars.
    "an unknown zone": (calendar("{timezone: §Europe/Londn}"), "spec.timezone", '"Europe/Londn" is not a time zone', "Europe/London", "time zone database"),
    "a zone that is a path": (calendar("{timezone: §../../etc/passwd}"), "spec.timezone", "is not a time zone", None, "time zone database"),
    "an unknown day": (
        calendar("{timezone: UTC, windows: [{label: a, days: [§monday], from: '08:00', to: '09:00'}]}"),
        "spec.windows[0].days[0]", '"monday" is not a day of the week', "mon", "mon, tue, wed",
    ),
    "a time of day without its zero": (
        calendar("{timezone: UTC, windows: [{label: a, days: [mon], from: §8:00, to: '09:00'}]}"),
        "spec.windows[0].from", '"8:00" is not a time of day', "08:00", "hours and minutes",
    ),
    "a time of day beyond the day": (
        calendar("{timezone: UTC, windows: [{label: a, days: [mon], from: '08:00', to: §'25:00'}]}"),
        "spec.windows[0].to", '"25:00" is a time of day that does not exist', None, "end of the day",
    ),
    "a window that ends before it starts": (
        calendar("{timezone: UTC, windows: [{label: a, days: [mon], from: '18:00', to: §'08:00'}]}"),
        "spec.windows[0].to", '"to" is not later than "from"', None, "two entries",
    ),
    "a window of no length": (
        calendar("{timezone: UTC, windows: [{label: a, days: [mon], from: '08:00', to: §'08:00'}]}"),
        "spec.windows[0].to", '"to" is not later than "from"', None, "two entries",
    ),
    "a window without hours": (
        calendar("{timezone: UTC, windows: [§{label: a, days: [mon]}]}"), "spec.windows[0]", "has no from and no to", None, "rest: true",
    ),
    "windows of two labels that overlap": (
        calendar("{timezone: UTC, windows: [{label: a, days: [mon], from: '08:00', to: '12:00'}, §{label: b, days: [mon, tue], from: '11:00', to: '13:00'}]}"),
        "spec.windows[1]", 'the windows "a" and "b" overlap on mon', None, "under one label",
    ),
    "two windows for the rest": (
        calendar("§{timezone: UTC, windows: [{label: a, rest: true}, {label: b, rest: true}]}"), "spec", "two windows with rest: true", None, "to one window",
    ),
    "holidays that count as an unknown label": (
        calendar("{timezone: UTC, windows: [{label: prime, rest: true}], holidays: {country: GB, countAs: §primme}}"),
        "spec.holidays.countAs", "which is no label of this calendar", "prime", "Write closed, or one of: prime",
    ),
    "holidays of no country": (calendar("{timezone: UTC, holidays: §{countAs: closed}}"), "spec.holidays", "names no holidays", None, "country:"),
    "a country in small letters": (calendar("{timezone: UTC, holidays: {country: §gb}}"), "spec.holidays.country", '"gb" is not a country', "GB", "ISO 3166"),
    "a country that is not known": (
        calendar("{timezone: UTC, holidays: {country: §XX}}"), "spec.holidays.country", 'the holidays of the country "XX" are not known', None, "holidays.dates",
    ),
    "a subdivision that is not known": (
        calendar("{timezone: UTC, holidays: {country: GB, subdivision: §EGN}}"), "spec.holidays.subdivision", '"EGN" is not a subdivision of GB', "ENG", "Write one of",
    ),
    "a closure that ends before it starts": (
        calendar("{timezone: UTC, closures: [{from: 2026-12-24T12:00, to: §2026-12-24T11:00}]}"),
        "spec.closures[0].to", "ends at 2026-12-24T11:00, not after it begins", None, "a later time",
    ),
    "a closure without a time": (
        calendar("{timezone: UTC, closures: [{from: §2026-12-24, to: 2026-12-25T11:00}]}"),
        "spec.closures[0].from", "is a date without a time", "2026-12-24T00:00", "like 2026-12-24T12:00",
    ),
    "a closure without a date": (
        calendar("{timezone: UTC, closures: [{from: §'12:00', to: 2026-12-25T11:00}]}"),
        "spec.closures[0].from", '"12:00" is a time without a date', None, "like 2026-12-24T12:00",
    ),
    "a closure with an offset": (
        calendar("{timezone: UTC, closures: [{from: §2026-12-24T12:00Z, to: 2026-12-25T11:00}]}"),
        "spec.closures[0].from", "has an offset, and this is local time", "2026-12-24T12:00", "own zone",
    ),
    # Services and gates.
    "an undeclared provider": (service("{provider: §haldn}"), "spec.provider", '"haldn" is not a declared party', "halden", "kind: Party"),
    "an undeclared dependency": (
        service("{provider: halden, dependsOn: {all: [hosting, §hostng]}}"), "spec.dependsOn.all[1]", '"hostng" is not a declared service', "hosting", "kind: Service",
    ),
    "an undeclared dependency deep in gates": (
        service("{provider: halden, dependsOn: {all: [{any: [hosting, {service: §hostng, recoveryLag: PT1M}]}]}}"),
        "spec.dependsOn.all[0].any[1].service", '"hostng" is not a declared service', "hosting", "Write one of",
    ),
    "a gate that cannot hold": (
        service("{provider: halden, dependsOn: {atLeast: §3, of: [hosting, shop]}}"), "spec.dependsOn.atLeast", "wants 3 of 2 members", None, "1 to 2",
    ),
    "a gate of nothing": (service("{provider: halden, dependsOn: §{all: []}}"), "spec.dependsOn", "a gate has no members", None, "at least one service"),
    "a gate of an unknown shape": (service("{provider: halden, dependsOn: §{some: [hosting]}}"), "spec.dependsOn", "is not a gate", None, "{any: [...]}"),
    "an unknown way of measuring": (
        service("{provider: halden, measured: §direct}"), "spec.measured", '"direct" is not a value of measured', "directly", "fromDependencies",
    ),
    # Agreements.
    "a term that ends before it starts": (
        sla(term="{from: 2026-01-01, to: §2025-12-31}"), "spec.term.to", "the term ends on 2025-12-31, before it starts", None, "later last day",
    ),
    "an undeclared consumer": (sla(consumer="§meridan"), "spec.consumer", '"meridan" is not a declared party', "meridian", "kind: Party"),
    "an undeclared service": (sla(services="[shop, §hostng]"), "spec.services[1]", '"hostng" is not a declared service', "hosting", "kind: Service"),
    "an undeclared calendar": (sla(calendar="§offce"), "spec.calendar", '"offce" is not a declared calendar', "office", "kind: Calendar"),
    "an undeclared umbrella": (sla(partOf="§sla-shp"), "spec.partOf", '"sla-shp" is not a declared agreement', "sla-shop", "kind: Agreement"),
    "a charge for a service of another agreement": (
        sla(charges="[{service: §hosting, monthly: '5'}]"), "spec.charges[0].service", '"hosting" is not a service of this agreement', None, "Write one of: shop",
    ),
    "an unknown cause": (sla(exclusions="[§maintenence]"), "spec.exclusions[0]", '"maintenence" is not a cause', "maintenance", "force_majeure"),
    "a consumer that is a vendor": (
        sla(consumer="§atlas", provider="cirrus", services="[hosting]", charges=""), "spec.consumer", "atlas is a vendor, and cannot be the consumer of an SLA", None, "write type: UC",
    ),
    "a provider of an OLA that is no team": (
        sla(type="OLA", structure="", provider="§cirrus", consumer="halden"), "spec.provider", "cirrus is a vendor, and cannot be the provider of an OLA", None, "write type: UC",
    ),
    "a provider of a UC that is a team": (
        sla(type="UC", structure="", provider="§desk", consumer="halden"), "spec.provider", "desk is a team, and cannot be the provider of a UC", None, "write type: OLA",
    ),
    "an agreement with itself": (sla(consumer="§halden"), "spec.consumer", "halden cannot have an agreement with itself", None, "the other party"),
    "a structure of a UC": (folder(uc(structure="service").replace("  structure", "  §structure")), "spec.structure", "a UC has no structure", None, "Remove structure"),
    "a UC with everybody": (folder(uc(consumer="§'*'")), "spec.consumer", 'a UC cannot have the consumer "*"', None, "Name the one party"),
    "a customer-level SLA with everybody": (
        sla(structure="customer", consumer="§'*'"), "spec.consumer", 'a customer-level SLA cannot have the consumer "*"', None, "structure: corporate",
    ),
    "a version before the term": (sla(effective="§2025-12-31"), "spec.effective", "before the term starts on 2026-01-01", None, "a day within the term"),
    "a version after the term": (sla(effective="§2028-01-01"), "spec.effective", "after the term ends on 2027-12-31", None, "a day within the term"),
    "a service twice": (sla(services="[shop, §shop]"), "spec.services[1]", "the service shop stands twice", None, "Remove one"),
    "maintenance of half a window": (sla(maintenance="[§{days: [sun], from: '02:00'}]"), "spec.maintenance[0]", "only in part", None, "all three"),
    # Levels.
    "an unknown metric": (one_level(metric="{kind: §availabilty}"), f"{LEVEL}.metric.kind", '"availabilty" is not a metric', "availability", "Write one of: availability, outageCount"),
    "a metric without its kind": (one_level(metric="§{measure: csat}"), f"{LEVEL}.metric", "kind is missing", None, "Add kind:"),
    "a term of another metric": (
        one_level(metric="{kind: availability, §milestone: response}"), f"{LEVEL}.metric.milestone", '"milestone" is not a key here', None, "minimumOutage",
    ),
    "an unknown period": (one_level(period="§monthly"), f"{LEVEL}.period", '"monthly" is not a period', "month", "week, month, quarter, year"),
    "a start day that no month has": (one_level(period="{months: 1, startDay: §32}"), f"{LEVEL}.period.startDay", "no month has a day 32", None, "1 to 31"),
    "no bound": (one_level(target="§{}"), f"{LEVEL}.target", "has no bound", None, "atLeast or atMost"),
    "two bounds": (one_level(target="§{atLeast: '1', atMost: '2'}"), f"{LEVEL}.target", "has more than one bound", None, "exactly one"),
    "a target without its direction": (one_level(target="§99.9"), f"{LEVEL}.target", '"99.9" is not a target', None, '{atLeast: "99.9"}'),
    "dated targets out of order": (
        one_level(target="§[{from: 2026-07-01, atLeast: '1'}, {from: 2026-01-01, atLeast: '2'}]"), f"{LEVEL}.target", "out of order", None, "oldest first",
    ),
    "dated targets in two directions": (
        one_level(target="§[{from: 2026-01-01, atLeast: '1'}, {from: 2026-07-01, atMost: '2'}]"), f"{LEVEL}.target", "mixes atLeast and atMost", None, "one direction",
    ),
    "a target that is a duration": (one_level(target="{atLeast: §PT4H}"), f"{LEVEL}.target.atLeast", "is a duration, and the value of the metric availability is a number", None, "decimal text"),
    "a duration's target that is a number": (
        one_level(metric="{kind: duration, milestone: response, statistic: mean}", target="{atMost: §4}"),
        f"{LEVEL}.target.atMost", "the value of the metric duration is a time", None, "PT4H",
    ),
    "a percentage target under zero": (one_level(target="{atLeast: §-1}"), f"{LEVEL}.target.atLeast", "-1 is negative", None, "from 0 to 100"),
    "a minimum in the other direction": (
        one_level(minimum="{§atMost: '99'}"), f"{LEVEL}.minimum.atMost", "minimum has atMost, and the target of this level atLeast", "atLeast", "Write atLeast",
    ),
    "an unknown window": (one_level(window="§prme"), f"{LEVEL}.window", '"prme" is not a label of the calendar office', "prime", "prime, rest"),
    "a window without a calendar": (
        sla(calendar="", serviceLevels=f"[{level(window='§prime')}]"), f"{LEVEL}.window", 'the window "prime" needs a calendar', None, "Add calendar:",
    ),
    "a level of a service of another agreement": (one_level(service="§hosting"), f"{LEVEL}.service", '"hosting" is not a service of this agreement', None, "Write one of: shop"),
    "a level without a metric": (
        sla(serviceLevels=f"[§{level(metric='')}]"), LEVEL, "the service level availability has no metric", None, "Add metric:",
    ),
    "a level twice": (
        sla(serviceLevels=f"[{level()}, {level(name='§availability')}]"), "spec.serviceLevels[1].name", "stands twice for the same service", None, "another name",
    ),
    "a priority without a threshold": (
        one_level(metric="{kind: within, milestone: response, thresholds: {P1: PT1H}, priorities: [§P2]}"),
        f"{LEVEL}.metric.priorities[0]", 'the priority "P2" has no threshold', None, "Add it to thresholds",
    ),
    "thresholds by no label of the calendar": (
        one_level(metric="{kind: within, milestone: response, thresholds: {P1: {§prme: PT1H}}}"),
        f"{LEVEL}.metric.thresholds.P1.prme", "need the labels of a calendar", "prime", "prime, rest",
    ),
    "a composite of an unknown level": (
        one_level(metric="{kind: composite, formula: product, of: [§sla-shop/availabilty]}"),
        f"{LEVEL}.metric.of[0]", '"sla-shop/availabilty" is not a service level of sla-shop', "sla-shop/availability", "Write one of",
    ),
    "a composite of itself": (
        one_level(metric="{kind: composite, formula: product, of: §[availability]}"), f"{LEVEL}.metric.of", "sla-shop/availability is made of itself", None, "Remove it",
    ),
    "weights that do not fit": (
        one_level(metric="§{kind: composite, formula: weighted, of: [availability, availability], weights: [1]}"), f"{LEVEL}.metric", "has 1 weights for 2 levels", None, "one weight for each",
    ),
    # Credits.
    "an unknown scheme": (one_credit("{scheme: §band}"), f"{LEVEL}.credit.scheme", '"band" is not a credit scheme', "bands", "atRisk, points"),
    "a unit that only perUnit counts in": (one_credit("{scheme: shortfall, unit: §ticket}"), f"{LEVEL}.credit.unit", "ticket", None, "day_of_service"),
    "a band that credits nothing": (one_credit("{scheme: bands, bands: [§{below: '99'}]}"), f"{LEVEL}.credit.bands[0]", "does not say what it credits", None, "percent, amount"),
    "a band on the wrong side": (
        one_credit("{scheme: bands, bands: [{§above: '99.9', percent: 5}]}"), f"{LEVEL}.credit.bands[0].above", "a level with atLeast is missed below its target", "below", "Write below",
    ),
    "a band below a target that is atMost": (
        one_credit("{scheme: bands, bands: [{§below: '3', percent: 5}]}", metric="{kind: total, measure: p1}", target="{atMost: '3'}"),
        f"{LEVEL}.credit.bands[0].below", "a level with atMost is missed above its target", "above", "Write above",
    ),
    "a closed band that ends before it starts": (
        one_credit("{scheme: points, bands: [§{from: 98.9, to: 98.0, points: 1}]}"), f"{LEVEL}.credit.bands[0]", "ends before it starts", None, "smaller value",
    ),
    "a cap that is nothing": (one_credit("{scheme: shortfall, cap: §{}}"), f"{LEVEL}.credit.cap", "has no percent and no amount", None, "exactly one"),
    "a cap that is two things": (
        sla(remedies="{caps: [§{percent: 5, amount: 10, per: month}]}"), "spec.remedies.caps[0]", "has both a percent and an amount", None, "exactly one",
    ),
    "a cap over an unknown time": (
        sla(remedies="{caps: [{percent: 5, per: §contractyear}]}"), "spec.remedies.caps[0].per", '"contractyear" is not a value of per', "contractYear", "month, year, contractYear",
    ),
    "a claim window in hours": (
        sla(remedies="{claim: {within: §PT72H}}"), "spec.remedies.claim.within", "is not in whole days", None, "days or months",
    ),
    # Rights.
    "an unknown condition": (
        sla(terminationRights="[{name: a, when: {any: [§{mises: 3}]}}]"), "spec.terminationRights[0].when.any[0]", "is not a condition", None, "misses",
    ),
    "a condition on an unknown level": (
        sla(serviceLevels=f"[{level()}]", terminationRights="[{name: a, when: {all: [{misses: 3, of: §availabilty}]}}]"),
        "spec.terminationRights[0].when.all[0].of", '"availabilty" is not a service level of this agreement', "availability", "Write one of: availability",
    ),
    "a right twice": (
        sla(terminationRights="[{name: a, when: {convenience: true}}, {name: §a, when: {convenience: true}}]"),
        "spec.terminationRights[1].name", "the termination right a stands twice", None, "another name",
    ),
    # Acts.
    "a claim under an unknown agreement": (
        folder(agreement(), document("Claim", "c", "{agreement: §sla-shp, period: 2026-03, claimedAt: 2026-04-12}")),
        "spec.agreement", '"sla-shp" is not a declared agreement', "sla-shop", "kind: Agreement",
    ),
    "a claim for no period": (
        folder(agreement(), document("Claim", "c", "{agreement: sla-shop, period: §March, claimedAt: 2026-04-12}")),
        "spec.period", '"March" is not a period', None, "2026-03",
    ),
    "a time without a date": (
        folder(agreement(), document("Claim", "c", "{agreement: sla-shop, period: 2026-03, claimedAt: §'09:00'}")),
        "spec.claimedAt", '"09:00" is a time without a date', None, "2026-04-14T10:00Z",
    ),
    "relief that ends before it starts": (
        folder(agreement(), document("Relief", "r", "{agreement: sla-shop, from: 2026-03-04T09:00Z, to: §2026-03-04T08:00Z, cause: customer, status: accepted}")),
        "spec.to", "ends before it starts", None, "a later instant",
    ),
    "relief of nothing": (
        folder(agreement(), document("Relief", "r", "§{agreement: sla-shop, cause: customer, status: accepted}")),
        "spec", "excuses nothing", None, "tickets, or deliverables",
    ),
    "relief of an unknown level": (
        folder(agreement(serviceLevels=f"[{level()}]"), document("Relief", "r", "{agreement: sla-shop, serviceLevels: [§availabilty], tickets: [T1], cause: customer, status: accepted}")),
        "spec.serviceLevels[0]", '"availabilty" is not a service level of sla-shop', "availability", "Write one of",
    ),
    "a notice on an unknown right": (
        folder(agreement(terminationRights="[{name: chronic, when: {convenience: true}}]"),
               document("Notice", "n", "{agreement: sla-shop, right: §chronc, act: waive, at: 2026-07-03T09:00Z}")),
        "spec.right", '"chronc" is not a termination right of sla-shop', "chronic", "Write one of: chronic",
    ),
    # Feeds.
    "a feed of an unknown service": (
        folder(document("Feed", "f", "{files: a.csv, produces: [tickets], columns: {ticket_id: n}, service: {column: c, values: {'*': §shp}}}")),
        "spec.service.values.*", '"shp" is not a declared service', "shop", "kind: Service",
    ),
    "a feed of an unknown kind": (
        folder(document("Feed", "f", "{files: a.csv, produces: [§ticket], columns: {ticket_id: n}}")),
        "spec.produces[0]", '"ticket" is not a kind of evidence', "tickets", "ticket_events",
    ),
    "a feed that hands tickets to nobody": (
        folder(document("Feed", "f", "{files: a.csv, produces: [ticket_events], columns: {ticket_id: n}, values: {holder: {'Group 70': §dsk, '*': unmapped}}}")),
        "spec.values.holder.Group 70", '"dsk" is not a declared party', "desk", "kind: Party",
    ),
    "a feed with one of several columns": (
        folder(document("Feed", "f", "{files: a.csv, produces: [outages], columns: {started_at: b}, service: {columns: §[product], values: {'*': shop}}}")),
        "spec.service.columns", "names fewer than two columns", None, "column: for a single one",
    ),
    "a feed with a column and columns": (
        folder(document("Feed", "f", "{files: a.csv, produces: [outages], columns: {started_at: b}, service: {column: c, columns: §[product, region], values: {'*': shop}}}")),
        "spec.service.columns", "names both column and columns", None, "one of the two",
    ),
    "a feed that leaves out a part of a key": (
        folder(document("Feed", "f", "{files: a.csv, produces: [outages], columns: {started_at: b}, service: {columns: [product, region], values: {Compute: §shop}}}")),
        "spec.service.values.Compute", "does not say 2 parts", None, "product | region",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_told_where_it_stands_with_what_to_do(mistake: Mistake) -> None:
    marked, path, message, nearest, cure = mistake
    text, line, column = spoilt(marked)

    found = errors_of(text)

    assert [(error.file, error.line, error.column, error.path) for error in found] == [
        (FILE, line, column, path)
    ]
    assert message in found[0].message
    assert found[0].nearest == nearest
    assert cure in found[0].cure
    assert "pydantic" not in found[0].text()
    assert "Input should" not in found[0].text()


def test_all_mistakes_of_all_files_are_told_at_once_in_the_order_of_files_and_lines() -> None:
    text = folder(agreement(calendar="offce", currency="gbp", reliefTest="neccessary", strcture="x"))

    found = errors_of(text)

    assert [error.path for error in found] == [
        "spec.calendar",
        "spec.currency",
        "spec.reliefTest",
        "spec.strcture",
    ]
