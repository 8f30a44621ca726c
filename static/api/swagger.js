/* Swagger UI over our own document; nothing is loaded from elsewhere, and no token outlives the page. */
"use strict";
(function () {
  var place = document.getElementById("swagger");
  window.SwaggerUIBundle({
    url: place.dataset.document,
    domNode: place,
    deepLinking: true,
    validatorUrl: null,
    persistAuthorization: false
  });
})();
