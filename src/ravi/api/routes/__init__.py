"""The API's addresses, one module per noun. Each asks the queries and calls the services that the pages use."""
