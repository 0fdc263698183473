// The page's own script: GraphiQL on this server's schema, with the tour's queries as its first tabs.
// A query behind the address's # (#query=...&variables=...) comes before the tour, so that a link opens what it says
// and nothing of it is sent before the button is pressed.
"use strict";

const TOUR = [
  `# 1. Which promises were broken in March 2026, and whose failure was it?
# Press the play button, or Ctrl-Enter.
query BrokenPromises($period: Period!) {
  breaches(period: $period, first: 10) {
    totalCount
    unsettled
    edges {
      node {
        id
        attainment {
          serviceLevel { name agreement { name } service { title } }
          value
          target
          margin
        }
        trace {
          quantity
          unit
          responsibilities {
            party { title }
            reason
            answerable { title }
            agreement { name }
            impactShare { decimal exact }
            creditShare { exact }
            credit { amount currency }
            necessary
            sufficient
            valueWithout
            paths { name }
          }
        }
      }
    }
  }
}
`,
  `# 2. What does the month cost whom, and what cannot be recovered?
query WhatItCosts($period: Period!) {
  creditImpact(period: $period) {
    ... on CreditImpacts {
      impacts {
        currency
        payable { amount }
        recoverable { amount }
        internal { amount }
        gap { amount }
        parties {
          party { title }
          caused { amount }
          recoverable { amount }
          gap { amount }
          reasons { code amount { amount } explanation }
        }
      }
    }
    ... on NotSettled { message }
  }
}
`,
  `# 3. What do the services stand on, and which contract governs each need?
query WhatStandsOnWhat {
  dependencyGraph {
    edges {
      service { name }
      needs { name provider { title } }
      governedBy { name }
      ungoverned
    }
    dot
  }
}
`,
];

const address = new URLSearchParams(window.location.hash.slice(1));
const variables = address.get("variables") || '{ "period": "2026-03" }';
const queries = address.get("query") ? [address.get("query"), ...TOUR] : TOUR;
const url = new URL("graphql", window.location.href).href;
const fetcher = GraphiQL.createFetcher({ url, subscriptionUrl: url.replace(/^http/, "ws") });

ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: queries.map((query) => ({ query, variables: query.includes("$period") ? variables : "" })),
    query: address.get("query") || undefined,
    variables: address.get("query") ? variables : undefined,
    shouldPersistHeaders: false,
  }),
);
