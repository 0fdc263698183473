"""The service over HTTP: GraphQL, GraphiQL, health and readiness, put together."""
