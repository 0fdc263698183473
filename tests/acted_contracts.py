"""A shop, its provider and a supplier, with something to sign, to end and to excuse."""

from pathlib import Path

CONTRACTS = """\
apiVersion: privity/v1
kind: Party
metadata: {name: shop}
spec: {role: customer}
---
apiVersion: privity/v1
kind: Party
metadata: {name: house}
spec: {role: provider}
---
apiVersion: privity/v1
kind: Party
metadata: {name: cloudco}
spec: {role: vendor}
---
apiVersion: privity/v1
kind: Service
metadata: {name: web}
spec: {provider: house, measured: fromDependencies, dependsOn: hosting}
---
apiVersion: privity/v1
kind: Service
metadata: {name: hosting}
spec: {provider: cloudco}
---
apiVersion: privity/v1
kind: Agreement
metadata: {name: sla-web}
spec:
  type: SLA
  provider: house
  consumer: shop
  services: [web]
  state: active
  term: {from: 2026-01-01, to: 2026-12-31}
  currency: EUR
  charges: [{service: web, monthly: "1000.00"}]
  serviceLevels:
    - name: availability
      metric: {kind: availability}
      period: month
      target: {atLeast: "99.9"}
      credit: {scheme: bands, bands: [{below: "99.9", percent: "5"}, {below: "99.0", percent: "20"}]}
---
apiVersion: privity/v1
kind: Agreement
metadata: {name: uc-cloudco}
spec:
  type: UC
  provider: cloudco
  consumer: house
  services: [hosting]
  state: active
  term: {from: 2026-01-01, to: 2026-12-31}
  currency: EUR
  charges: [{service: hosting, monthly: "400.00"}]
  serviceLevels:
    - name: availability
      clause: "3.1"
      metric: {kind: availability}
      period: month
      target: {atLeast: "99.9"}
      credit: {scheme: bands, bands: [{below: "99.9", percent: "10"}]}
  terminationRights:
    - {name: chronic, clause: "9.1", when: {misses: 2, of: availability, within: P6M}, exercise: {within: P60D}, notice: P30D}
    - {name: hasty, when: {misses: 2, of: availability, within: P6M}, exercise: {within: P10D}, notice: P30D}
    - name: patient
      when: {misses: 2, of: availability, within: P6M}
      cure: {within: P10D, from: notice}
      exercise: {within: P60D}
    - {name: never, when: {misses: 9, of: availability, within: P12M}, notice: P30D}
"""
"""Hosting was down for two hours in March and again in April: two misses, so that rights accrue on 1 May 2026."""

OUTAGES = """\
service,started_at,ended_at
hosting,2026-03-10T10:00Z,2026-03-10T12:00Z
hosting,2026-04-10T10:00Z,2026-04-10T12:00Z
"""

AMENDMENT = """\
apiVersion: privity/v1
kind: Agreement
metadata: {name: sla-web, version: 2}
spec:
  type: SLA
  provider: house
  consumer: shop
  services: [web]
  state: draft
  term: {from: 2026-01-01, to: 2026-12-31}
  effective: 2026-07-01
  currency: EUR
  charges: [{service: web, monthly: "1000.00"}]
  serviceLevels:
    - name: availability
      metric: {kind: availability}
      period: month
      target: {atLeast: "99.5"}
      requested: {atLeast: "99.95"}
      credit: {scheme: bands, bands: [{below: "99.5", percent: "5"}, {below: "99.0", percent: "20"}]}
"""
"""A weaker promise from July on."""


def folder_at(place: Path) -> Path:
    """The folder, written."""
    (place / "evidence").mkdir(parents=True)
    (place / "contracts.yaml").write_text(CONTRACTS)
    (place / "evidence" / "outages.csv").write_text(OUTAGES)
    return place
