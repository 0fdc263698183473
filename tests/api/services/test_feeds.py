from api.services.feeds import feed_mappings
from documents.loading import load_texts

FEED = """
apiVersion: privity/v1
kind: Feed
metadata: {name: %s}
spec:
  files: "servicenow*.csv*"
  nulls: ["?", ""]
  produces: [tickets, ticket_events]
  columns: {ticket_id: number, at: sys_updated_at, holder: assignment_group, priority: priority, opened_at: opened_at}
  values:
    holder: {"Group 70": service-desk, "*": unmapped}
%s
"""
PARTIES = """
apiVersion: privity/v1
kind: Party
metadata: {name: halden}
spec: {role: provider}
---
apiVersion: privity/v1
kind: Party
metadata: {name: service-desk}
spec: {role: team, parent: halden}
---
apiVersion: privity/v1
kind: Party
metadata: {name: unmapped}
spec: {role: team, parent: halden}
---
apiVersion: privity/v1
kind: Service
metadata: {name: it-support}
spec: {provider: halden}
"""


def test_a_feed_says_the_same_to_the_readers_as_to_its_author() -> None:
    by_column = FEED % ("b-feed", '  service: {column: category, values: {"*": it-support}}')
    always = FEED % ("a-feed", "  service: it-support")
    loaded = load_texts({"parties.yaml": PARTIES, "b.yaml": by_column, "a.yaml": always})
    assert loaded.errors == ()
    first, second = feed_mappings(loaded.feeds)
    assert (first.name, second.name) == ("a-feed", "b-feed")
    assert (first.service_column, dict(first.service_values)) == (None, {"*": "it-support"})
    assert (second.service_column, dict(second.service_values)) == ("category", {"*": "it-support"})
    for feed in (first, second):
        assert (feed.files, feed.reads, feed.timezone, feed.time_format) == (
            "servicenow*.csv*",
            "csv",
            "UTC",
            None,
        )
        assert (feed.nulls, feed.produces) == (("?", ""), ("tickets", "ticket_events"))
        assert feed.columns["ticket_id"] == "number"
        assert dict(feed.values["holder"]) == {"Group 70": "service-desk", "*": "unmapped"}
        assert (feed.encoding, feed.delimiter) == ("utf-8", ",")
