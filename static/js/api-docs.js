// Shows the OpenAPI document. The token that is tried out stays in this page: no cookie goes with its requests.
const page = document.getElementById("api-docs")
SwaggerUIBundle({
  url: page.dataset.schema,
  domNode: page,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  // The validator's badge would ask another server.
  validatorUrl: null,
})
