//! How a schema is used: what its verdicts depend on beside its content.

use crate::rule::{Place, Variance};

/// A use of a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Use {
    pub(crate) place: Place,
    pub(crate) variance: Variance,
    pub(super) wire: Wire,
    pub(super) presence: Presence,
    /// Whether the schema belongs to a property that does not travel this way: read-only in a request, write-only in a response.
    pub(super) hidden: bool,
    /// Whether it is a branch of a union: whether null is allowed is judged on the union as a whole.
    pub(super) branch: bool,
}

/// How values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Wire {
    /// As JSON, where a number is not a string.
    Json,
    /// As text without types: forms, plain text, parameters.
    Text,
    /// As XML, text without types in elements with names.
    Xml,
    /// As a parameter of style `form` that is exploded: `?a=1` is also a list of one.
    ExplodedForm,
    /// Inside a parameter that is an object; the document need not say how.
    Unknown,
}

/// Whether a value must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Presence {
    /// It is no property or parameter: the root of a body, an item, a branch.
    Unnamed,
    /// It is required in one of the documents.
    Required,
    /// It may be left out in both documents.
    Optional,
}

impl Use {
    /// The use of a schema in JSON.
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

    /// The same use with values written this way.
    #[must_use]
    pub(crate) fn written(self, wire: Wire) -> Self {
        Self { wire, ..self }
    }

    /// The same use for a value that must be there, in one of the documents at least, or that may be left out in both.
    #[must_use]
    pub(crate) fn required(self, required: bool) -> Self {
        let presence = if required {
            Presence::Required
        } else {
            Presence::Optional
        };
        Self { presence, ..self }
    }

    /// The use of what stands below: items, values of properties without a name.
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

    /// The use of a branch of a union that stands here.
    pub(super) fn of_branch(self) -> Self {
        Self {
            branch: true,
            ..self.below()
        }
    }

    /// The use of what narrows a schema when it gets wider.
    pub(super) fn flipped(self) -> Self {
        Self {
            variance: self.variance.flipped(),
            ..self.below()
        }
    }

    /// The use of what may narrow a schema or widen it.
    pub(super) fn undecided(self) -> Self {
        Self {
            variance: Variance::Undecided,
            ..self.below()
        }
    }
}
