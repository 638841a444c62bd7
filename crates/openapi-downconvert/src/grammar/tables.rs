//! The fixed fields of OpenAPI 3.0.3 and 3.1, object by object, and the keywords of JSON Schema 2020-12.

use super::Form::*;
use super::Kind::{self, *};
use super::Since::{Lost, V3_0, V3_1};
use super::{Field, Form};

pub(super) fn of(kind: Kind) -> &'static [Field] {
    match kind {
        Document => DOCUMENT,
        Info => INFO,
        Contact => CONTACT,
        License => LICENSE,
        Server => SERVER,
        ServerVariable => SERVER_VARIABLE,
        Tag => TAG,
        ExternalDocs => EXTERNAL_DOCS,
        Components => COMPONENTS,
        PathItem => PATH_ITEM,
        Operation => OPERATION,
        Parameter => PARAMETER,
        RequestBody => REQUEST_BODY,
        Response => RESPONSE,
        Header => HEADER,
        MediaType => MEDIA_TYPE,
        Encoding => ENCODING,
        Link => LINK,
        Example => EXAMPLE,
        SecurityScheme => SECURITY_SCHEME,
        OAuthFlows => OAUTH_FLOWS,
        OAuthFlow => OAUTH_FLOW,
        Schema => SCHEMA,
        Discriminator => DISCRIMINATOR,
        Xml => XML,
        Callback | SecurityRequirement => &[],
    }
}

/// A schema and an array of schemas: the two forms that the tables below need.
const ONE: Form = Object(Schema);
const ALL: Form = List(Schema);

const DOCUMENT: &[Field] = &[
    ("openapi", Text, V3_0),
    ("jsonSchemaDialect", Anything, V3_1),
    ("info", Object(Info), V3_0),
    ("servers", List(Server), V3_0),
    ("paths", MapWithExtensions(PathItem), V3_0),
    ("webhooks", Map(PathItem), V3_1),
    ("components", Object(Components), V3_0),
    ("security", List(SecurityRequirement), V3_0),
    ("tags", List(Tag), V3_0),
    ("externalDocs", Object(ExternalDocs), V3_0),
];
const INFO: &[Field] = &[
    ("title", Text, V3_0),
    ("summary", Text, V3_1),
    ("description", Text, V3_0),
    ("termsOfService", Text, V3_0),
    ("contact", Object(Contact), V3_0),
    ("license", Object(License), V3_0),
    ("version", Text, V3_0),
];
const CONTACT: &[Field] = &[("name", Text, V3_0), ("url", Text, V3_0), ("email", Text, V3_0)];
const LICENSE: &[Field] = &[
    ("name", Text, V3_0),
    ("identifier", Text, V3_1),
    ("url", Text, V3_0),
];
const SERVER: &[Field] = &[
    ("url", Text, V3_0),
    ("description", Text, V3_0),
    ("variables", Map(ServerVariable), V3_0),
];
const SERVER_VARIABLE: &[Field] = &[
    ("enum", Texts, V3_0),
    ("default", Text, V3_0),
    ("description", Text, V3_0),
];
const TAG: &[Field] = &[
    ("name", Text, V3_0),
    ("description", Text, V3_0),
    ("externalDocs", Object(ExternalDocs), V3_0),
];
const EXTERNAL_DOCS: &[Field] = &[("description", Text, V3_0), ("url", Text, V3_0)];
const COMPONENTS: &[Field] = &[
    ("schemas", Map(Schema), V3_0),
    ("responses", Map(Response), V3_0),
    ("parameters", Map(Parameter), V3_0),
    ("examples", Map(Example), V3_0),
    ("requestBodies", Map(RequestBody), V3_0),
    ("headers", Map(Header), V3_0),
    ("securitySchemes", Map(SecurityScheme), V3_0),
    ("links", Map(Link), V3_0),
    ("callbacks", Map(Callback), V3_0),
    ("pathItems", Map(PathItem), V3_1),
];
const PATH_ITEM: &[Field] = &[
    ("$ref", Text, V3_0),
    ("summary", Text, V3_0),
    ("description", Text, V3_0),
    ("get", Object(Operation), V3_0),
    ("put", Object(Operation), V3_0),
    ("post", Object(Operation), V3_0),
    ("delete", Object(Operation), V3_0),
    ("options", Object(Operation), V3_0),
    ("head", Object(Operation), V3_0),
    ("patch", Object(Operation), V3_0),
    ("trace", Object(Operation), V3_0),
    ("servers", List(Server), V3_0),
    ("parameters", List(Parameter), V3_0),
];
const OPERATION: &[Field] = &[
    ("tags", Texts, V3_0),
    ("summary", Text, V3_0),
    ("description", Text, V3_0),
    ("externalDocs", Object(ExternalDocs), V3_0),
    ("operationId", Text, V3_0),
    ("parameters", List(Parameter), V3_0),
    ("requestBody", Object(RequestBody), V3_0),
    ("responses", MapWithExtensions(Response), V3_0),
    ("callbacks", Map(Callback), V3_0),
    ("deprecated", Flag, V3_0),
    ("security", List(SecurityRequirement), V3_0),
    ("servers", List(Server), V3_0),
];
const PARAMETER: &[Field] = &[
    ("name", Text, V3_0),
    ("in", OneOf(&["query", "header", "path", "cookie"]), V3_0),
    ("description", Text, V3_0),
    ("required", Flag, V3_0),
    ("deprecated", Flag, V3_0),
    ("allowEmptyValue", Flag, V3_0),
    ("style", Text, V3_0),
    ("explode", Flag, V3_0),
    ("allowReserved", Flag, V3_0),
    ("schema", ONE, V3_0),
    ("example", Anything, V3_0),
    ("examples", Map(Example), V3_0),
    ("content", Map(MediaType), V3_0),
];
const HEADER: &[Field] = &[
    ("description", Text, V3_0),
    ("required", Flag, V3_0),
    ("deprecated", Flag, V3_0),
    ("allowEmptyValue", Flag, V3_0),
    ("style", OneOf(&["simple"]), V3_0),
    ("explode", Flag, V3_0),
    ("allowReserved", Flag, V3_0),
    ("schema", ONE, V3_0),
    ("example", Anything, V3_0),
    ("examples", Map(Example), V3_0),
    ("content", Map(MediaType), V3_0),
];
const REQUEST_BODY: &[Field] = &[
    ("description", Text, V3_0),
    ("content", Map(MediaType), V3_0),
    ("required", Flag, V3_0),
];
const RESPONSE: &[Field] = &[
    ("description", Text, V3_0),
    ("headers", Map(Header), V3_0),
    ("content", Map(MediaType), V3_0),
    ("links", Map(Link), V3_0),
];
const MEDIA_TYPE: &[Field] = &[
    ("schema", ONE, V3_0),
    ("example", Anything, V3_0),
    ("examples", Map(Example), V3_0),
    ("encoding", Map(Encoding), V3_0),
];
const ENCODING: &[Field] = &[
    ("contentType", Text, V3_0),
    ("headers", Map(Header), V3_0),
    (
        "style",
        OneOf(&["form", "spaceDelimited", "pipeDelimited", "deepObject"]),
        V3_0,
    ),
    ("explode", Flag, V3_0),
    ("allowReserved", Flag, V3_0),
];
const LINK: &[Field] = &[
    ("operationRef", Text, V3_0),
    ("operationId", Text, V3_0),
    ("parameters", AnyMap, V3_0),
    ("requestBody", Anything, V3_0),
    ("description", Text, V3_0),
    ("server", Object(Server), V3_0),
];
const EXAMPLE: &[Field] = &[
    ("summary", Text, V3_0),
    ("description", Text, V3_0),
    ("value", Anything, V3_0),
    ("externalValue", Text, V3_0),
];
const SECURITY_SCHEME: &[Field] = &[
    (
        "type",
        OneOf(&["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"]),
        V3_0,
    ),
    ("description", Text, V3_0),
    ("name", Text, V3_0),
    ("in", OneOf(&["query", "header", "cookie"]), V3_0),
    ("scheme", Text, V3_0),
    ("bearerFormat", Text, V3_0),
    ("flows", Object(OAuthFlows), V3_0),
    ("openIdConnectUrl", Text, V3_0),
];
const OAUTH_FLOWS: &[Field] = &[
    ("implicit", Object(OAuthFlow), V3_0),
    ("password", Object(OAuthFlow), V3_0),
    ("clientCredentials", Object(OAuthFlow), V3_0),
    ("authorizationCode", Object(OAuthFlow), V3_0),
];
const OAUTH_FLOW: &[Field] = &[
    ("authorizationUrl", Text, V3_0),
    ("tokenUrl", Text, V3_0),
    ("refreshUrl", Text, V3_0),
    ("scopes", MapOfText, V3_0),
];
const DISCRIMINATOR: &[Field] = &[("propertyName", Text, V3_0), ("mapping", MapOfText, V3_0)];
const XML: &[Field] = &[
    ("name", Text, V3_0),
    ("namespace", Text, V3_0),
    ("prefix", Text, V3_0),
    ("attribute", Flag, V3_0),
    ("wrapped", Flag, V3_0),
];
const SCHEMA: &[Field] = &[
    // The most common fields first.
    ("type", Types, V3_0),
    ("description", Text, V3_0),
    ("title", Text, V3_0),
    ("$ref", Text, V3_0),
    ("properties", Map(Schema), V3_0),
    ("items", ONE, V3_0),
    ("required", Names, V3_0),
    ("default", Anything, V3_0),
    ("enum", Values, V3_0),
    ("format", Text, V3_0),
    ("anyOf", ALL, V3_0),
    ("oneOf", ALL, V3_0),
    ("allOf", ALL, V3_0),
    ("additionalProperties", ObjectOrFlag(Schema), V3_0),
    ("nullable", Flag, V3_0),
    ("example", Anything, V3_0),
    ("examples", AnyList, V3_1),
    ("multipleOf", Positive, V3_0),
    ("maximum", Number, V3_0),
    ("exclusiveMaximum", Bound, V3_0),
    ("minimum", Number, V3_0),
    ("exclusiveMinimum", Bound, V3_0),
    ("maxLength", Count, V3_0),
    ("minLength", Count, V3_0),
    ("pattern", Pattern, V3_0),
    ("maxItems", Count, V3_0),
    ("minItems", Count, V3_0),
    ("uniqueItems", Flag, V3_0),
    ("maxProperties", Count, V3_0),
    ("minProperties", Count, V3_0),
    ("patternProperties", Map(Schema), V3_1),
    ("unevaluatedProperties", ObjectOrFlag(Schema), V3_1),
    ("prefixItems", ALL, V3_1),
    ("unevaluatedItems", ONE, V3_1),
    ("not", ONE, V3_0),
    ("discriminator", Object(Discriminator), V3_0),
    ("readOnly", Flag, V3_0),
    ("writeOnly", Flag, V3_0),
    ("xml", Object(Xml), V3_0),
    ("externalDocs", Object(ExternalDocs), V3_0),
    ("deprecated", Flag, V3_0),
    ("const", Anything, V3_1),
    ("contentEncoding", Text, V3_1),
    ("contentMediaType", Text, V3_1),
    ("contentSchema", ONE, Lost),
    ("$id", Text, Lost),
    ("$anchor", Text, Lost),
    ("$dynamicRef", Text, V3_1),
    ("$dynamicAnchor", Text, Lost),
    ("$schema", Text, Lost),
    ("$defs", Map(Schema), Lost),
    ("if", ONE, Lost),
    ("then", ONE, Lost),
    ("else", ONE, Lost),
    ("dependentSchemas", Map(Schema), Lost),
    ("dependentRequired", AnyMap, Lost),
    ("contains", ONE, Lost),
    ("minContains", Count, Lost),
    ("maxContains", Count, Lost),
    ("propertyNames", ONE, Lost),
];
