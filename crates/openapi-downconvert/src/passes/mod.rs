//! The passes, one file each.
//!
//! The conversion walks over the document once, from the innermost objects outwards. On each object it runs
//! all passes for that kind of object, in the order of [`PASSES`]. A pass can rely on everything below its
//! object already being OpenAPI 3.0, and changes only that one object.

pub(crate) mod array_items;
pub(crate) mod boolean_schemas;
pub(crate) mod broken_places;
pub(crate) mod conditions;
pub(crate) mod const_keyword;
pub(crate) mod contains;
pub(crate) mod content;
pub(crate) mod deep_references;
pub(crate) mod dialect;
pub(crate) mod dynamic_references;
pub(crate) mod empty_required;
pub(crate) mod examples;
pub(crate) mod exclusive_bounds;
pub(crate) mod identifiers;
pub(crate) mod info_summary;
pub(crate) mod license_identifier;
pub(crate) mod mutual_tls;
pub(crate) mod not;
pub(crate) mod null_enum;
pub(crate) mod null_type;
pub(crate) mod null_union;
pub(crate) mod nullable;
pub(crate) mod one_of;
pub(crate) mod path_items;
pub(crate) mod paths;
pub(crate) mod pattern_properties;
pub(crate) mod prefix_items;
pub(crate) mod property_names;
pub(crate) mod ref_siblings;
pub(crate) mod reference_objects;
pub(crate) mod responses;
pub(crate) mod schema_dialect;
pub(crate) mod security_roles;
mod site;
mod table;
pub(crate) mod type_arrays;
pub(crate) mod unevaluated;
pub(crate) mod unknown_fields;
pub(crate) mod unsupported_keywords;
pub(crate) mod version;
pub(crate) mod webhooks;

pub(crate) use site::{Log, Site};
pub(crate) use table::run;
pub use table::{PASSES, Pass};
