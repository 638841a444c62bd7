//! The type of a rule. The rules themselves are next to the functions that apply them, in `operation` and
//! `schema`. [`rules`](crate::rules) lists them.
//!
//! The ids come from [oasdiff](https://github.com/oasdiff/oasdiff), so that results can be compared. A change
//! that oasdiff does not know has an id in the same style. The verdicts are this crate's own, and a verdict
//! that differs from oasdiff's is marked.

use std::borrow::Cow;

use crate::level::Level;

/// A kind of change, and its verdicts.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// What happened, such as `max-decreased`. With [`Ids::Whole`], the whole id.
    pub event: &'static str,
    /// How the ids are formed.
    pub ids: Ids,
    /// The kind of thing that changed.
    pub area: Area,
    /// What happened to it.
    pub action: Action,
    /// The verdict if the client sends the value: a contract that accepts less is breaking.
    pub sent: Verdict,
    /// The verdict if the client receives the value: a contract that promises less is breaking.
    pub received: Verdict,
    /// The rule for the opposite change.
    pub mirror: Mirror,
    /// The message, with argument names in braces.
    pub message: &'static str,
}

/// The kind of thing that a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those of the OpenAPI Specification")]
pub enum Area {
    /// The document itself: its version, tags, operation ids, and the names of its components. Users of the
    /// API do not see any of this.
    Document,
    Operation,
    Parameter,
    RequestBody,
    Response,
    MediaType,
    Header,
    Security,
    Webhook,
    Schema,
}

/// What happened to a thing, in the terms of a changelog.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It was added.
    Added,
    /// It was changed. This includes a constraint that was added or removed.
    Changed,
    /// It was deprecated.
    Deprecated,
    /// It was removed.
    Removed,
}

/// How the ids of a rule are formed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ids {
    /// The event is the id.
    Whole,
    /// The place comes before the event (`request-body-max-decreased`), except for the listed places, which
    /// have their own id.
    Placed(&'static [(Place, &'static str)]),
    /// The place comes before the event, and the event differs between requests and responses.
    Sided {
        /// The event in a request.
        request: &'static str,
        /// The event in a response.
        response: &'static str,
    },
}

/// The verdict of a rule in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// The level, or `None` if the change is not reported.
    pub level: Option<Level>,
    /// Whether oasdiff knows the id but judges differently.
    pub deviates: bool,
}

/// The client can fail.
pub const BREAKING: Verdict = Verdict::of(Some(Level::Breaking));
/// The client may fail.
pub const WARNING: Verdict = Verdict::of(Some(Level::Warning));
/// The client cannot fail.
pub const INFO: Verdict = Verdict::of(Some(Level::Info));
/// Not reported.
pub const NONE: Verdict = Verdict::of(None);

impl Verdict {
    const fn of(level: Option<Level>) -> Self {
        Self {
            level,
            deviates: false,
        }
    }

    /// The same verdict, marked as different from oasdiff's.
    pub const fn deviating(self) -> Self {
        Self {
            deviates: true,
            ..self
        }
    }
}

/// The rule for the opposite change: if `diff(a, b)` finds a change by a rule, `diff(b, a)` finds one by its
/// mirror.
#[derive(Debug)]
#[non_exhaustive]
pub enum Mirror {
    /// The rule with this event.
    Event(&'static str),
    /// The opposite of this change is a change of the same kind.
    Itself,
    /// There is no mirror, for this reason.
    None(&'static str),
}

/// The place of a schema in a message, for the ids. [`Variance`] tells which way values travel there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are self-explanatory")]
pub enum Place {
    RequestBody,
    RequestProperty,
    /// A property that clients do not send. Changes that would be severe in a [`Place::RequestProperty`] are
    /// not severe here.
    RequestReadOnlyProperty,
    ResponseBody,
    ResponseProperty,
    /// A property that services do not return.
    ResponseWriteOnlyProperty,
    Parameter,
    HeaderParameter,
    ParameterProperty,
    HeaderParameterProperty,
    ResponseHeader,
    ResponseHeaderProperty,
}

impl Place {
    /// All places.
    pub const ALL: [Place; 12] = [
        Place::RequestBody,
        Place::RequestProperty,
        Place::RequestReadOnlyProperty,
        Place::ResponseBody,
        Place::ResponseProperty,
        Place::ResponseWriteOnlyProperty,
        Place::Parameter,
        Place::HeaderParameter,
        Place::ParameterProperty,
        Place::HeaderParameterProperty,
        Place::ResponseHeader,
        Place::ResponseHeaderProperty,
    ];

    /// The place of everything below the root of a schema in this place: properties, items, branches.
    #[must_use]
    pub fn below(self) -> Self {
        match self {
            Place::RequestBody | Place::RequestProperty => Place::RequestProperty,
            Place::RequestReadOnlyProperty => Place::RequestReadOnlyProperty,
            Place::ResponseBody | Place::ResponseProperty => Place::ResponseProperty,
            Place::ResponseWriteOnlyProperty => Place::ResponseWriteOnlyProperty,
            Place::Parameter | Place::ParameterProperty => Place::ParameterProperty,
            Place::HeaderParameter | Place::HeaderParameterProperty => Place::HeaderParameterProperty,
            Place::ResponseHeader | Place::ResponseHeaderProperty => Place::ResponseHeaderProperty,
        }
    }

    /// Whether this place belongs to a response.
    #[must_use]
    pub fn in_response(self) -> bool {
        matches!(
            self,
            Place::ResponseBody
                | Place::ResponseProperty
                | Place::ResponseWriteOnlyProperty
                | Place::ResponseHeader
                | Place::ResponseHeaderProperty
        )
    }

    /// The prefix of the ids of this place.
    pub fn prefix(self) -> &'static str {
        match self {
            Place::RequestBody => "request-body",
            Place::RequestProperty => "request-property",
            Place::RequestReadOnlyProperty => "request-read-only-property",
            Place::ResponseBody => "response-body",
            Place::ResponseProperty => "response-property",
            Place::ResponseWriteOnlyProperty => "response-write-only-property",
            Place::Parameter | Place::HeaderParameter => "request-parameter",
            Place::ParameterProperty => "request-parameter-property",
            Place::HeaderParameterProperty => "request-header-property",
            Place::ResponseHeader => "response-header",
            Place::ResponseHeaderProperty => "response-header-property",
        }
    }
}

/// The direction in which a value travels, from the client's point of view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Variance {
    /// The client sends it: every value that was accepted must stay accepted.
    Sent,
    /// The client receives it: no value may occur that could not occur before.
    Received,
    /// Below `if`, where the direction cannot be decided.
    Undecided,
}

impl Variance {
    /// The opposite direction: below `not`, and in webhooks and callbacks.
    #[must_use]
    pub fn flipped(self) -> Self {
        match self {
            Variance::Sent => Variance::Received,
            Variance::Received => Variance::Sent,
            Variance::Undecided => Variance::Undecided,
        }
    }
}

impl Rule {
    /// A rule with the same verdict in both directions.
    pub(crate) const fn both(
        area: Area,
        event: &'static str,
        verdict: Verdict,
        mirror: Mirror,
        message: &'static str,
    ) -> Self {
        Self::whole(area, event, verdict, verdict, mirror, message)
    }

    /// A rule whose event is its id.
    pub(crate) const fn whole(
        area: Area,
        event: &'static str,
        sent: Verdict,
        received: Verdict,
        mirror: Mirror,
        message: &'static str,
    ) -> Self {
        Self {
            event,
            ids: Ids::Whole,
            area,
            action: Action::Changed,
            sent,
            received,
            mirror,
            message,
        }
    }

    /// A rule for a schema. Its id begins with the place.
    pub(crate) const fn schema(
        event: &'static str,
        sent: Verdict,
        received: Verdict,
        mirror: Mirror,
        message: &'static str,
    ) -> Self {
        Self {
            event,
            ids: Ids::Placed(&[]),
            area: Area::Schema,
            action: Action::Changed,
            sent,
            received,
            mirror,
            message,
        }
    }

    /// The same rule, for something that was added.
    pub(crate) const fn adding(self) -> Self {
        Self {
            action: Action::Added,
            ..self
        }
    }

    /// The same rule, for something that was removed.
    pub(crate) const fn removing(self) -> Self {
        Self {
            action: Action::Removed,
            ..self
        }
    }

    /// The same rule, for something that was deprecated.
    pub(crate) const fn deprecating(self) -> Self {
        Self {
            action: Action::Deprecated,
            ..self
        }
    }

    /// The same rule, with special ids in some places.
    pub(crate) const fn with_ids(self, ids: &'static [(Place, &'static str)]) -> Self {
        Self {
            ids: Ids::Placed(ids),
            ..self
        }
    }

    /// The same rule, with ids that have different events in requests and in responses.
    pub(crate) const fn named(self, request: &'static str, response: &'static str) -> Self {
        Self {
            ids: Ids::Sided { request, response },
            ..self
        }
    }

    /// The id of this change in a place.
    pub fn id(&self, place: Place) -> Cow<'static, str> {
        match self.ids {
            Ids::Whole => Cow::Borrowed(self.event),
            Ids::Sided { request, response } => {
                let event = if place.in_response() { response } else { request };
                format!("{}-{event}", place.prefix()).into()
            }
            Ids::Placed(special) => special.iter().find(|(at, _)| *at == place).map_or_else(
                || format!("{}-{}", place.prefix(), self.event).into(),
                |(_, id)| (*id).into(),
            ),
        }
    }

    /// The verdict for a value that travels in this direction. If the direction is undecided, a warning at
    /// most.
    pub fn verdict(&self, variance: Variance) -> Verdict {
        match variance {
            Variance::Sent => self.sent,
            Variance::Received => self.received,
            Variance::Undecided => {
                let graver = if self.sent.level > self.received.level {
                    self.sent
                } else {
                    self.received
                };
                Verdict {
                    level: graver.level.map(|level| level.min(Level::Warning)),
                    ..graver
                }
            }
        }
    }
}
