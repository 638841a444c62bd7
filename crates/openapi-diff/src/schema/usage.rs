//! How a schema is used. Verdicts depend on this and on the content of the schema.

use crate::rule::{Place, Variance};

/// The usage of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Use {
    pub(crate) place: Place,
    pub(crate) variance: Variance,
    pub(super) wire: Wire,
    pub(super) presence: Presence,
    /// Whether the schema is for a property that does not travel in this direction: read-only in a request,
    /// write-only in a response.
    pub(super) hidden: bool,
    /// Whether it is a branch of a union. The union as a whole then decides whether null is allowed.
    pub(super) branch: bool,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wire {
    /// As JSON, which distinguishes numbers from strings.
    Json,
    /// As text without types: forms, plain text, parameters.
    Text,
    /// As XML: text without types, in named elements.
    Xml,
    /// As a parameter of style `form` that is exploded: `?a=1` is also a list of one.
    ExplodedForm,
    /// Inside a parameter that is an object. The document may not define the format.
    Unknown,
}

/// Whether a value is required.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Presence {
    /// It is not a property or a parameter: the root of a body, an item, a branch.
    Unnamed,
    /// It is required in at least one of the documents.
    Required,
    /// It is optional in both documents.
    Optional,
}

impl Use {
    /// The usage of a schema in JSON.
    pub(crate) fn new(place: Place, variance: Variance) -> Self {
        let wire = match place {
            Place::Parameter | Place::HeaderParameter | Place::ResponseHeader => Wire::Text,
            _ => Wire::Json,
        };
        Self {
            place,
            variance,
            wire,
            presence: Presence::Unnamed,
            hidden: false,
            branch: false,
        }
    }

    /// The same usage, with values written in this way.
    #[must_use]
    pub(crate) fn written(self, wire: Wire) -> Self {
        Self { wire, ..self }
    }

    /// The same usage, for a value that is required in at least one of the documents, or optional in both.
    #[must_use]
    pub(crate) fn required(self, required: bool) -> Self {
        let presence = if required {
            Presence::Required
        } else {
            Presence::Optional
        };
        Self { presence, ..self }
    }

    /// The usage of the schemas below: items, and values of unnamed properties.
    pub(super) fn below(self) -> Self {
        let wire = match self.place {
            Place::Parameter | Place::HeaderParameter => Wire::Unknown,
            _ => self.wire,
        };
        Self {
            place: self.place.below(),
            presence: Presence::Unnamed,
            branch: false,
            wire,
            ..self
        }
    }

    /// The usage of a branch of a union with this usage.
    pub(super) fn of_branch(self) -> Self {
        Self {
            branch: true,
            ..self.below()
        }
    }

    /// The usage of a schema that makes the outer schema narrower when it gets wider.
    pub(super) fn flipped(self) -> Self {
        Self {
            variance: self.variance.flipped(),
            ..self.below()
        }
    }

    /// The usage of a schema that may make the outer schema narrower or wider.
    pub(super) fn undecided(self) -> Self {
        Self {
            variance: Variance::Undecided,
            ..self.below()
        }
    }
}
