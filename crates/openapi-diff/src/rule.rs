//! What a rule is. The rules themselves stand beside the functions that apply them, in `operation` and `schema`; [`rules`](crate::rules)
//! lists them.
//!
//! Ids are those of [oasdiff](https://github.com/oasdiff/oasdiff), so that results can be compared; verdicts are our own, and a
//! verdict that differs from oasdiff's is marked. What oasdiff does not know has an id in its style.

use std::borrow::Cow;

use crate::level::Level;

/// A kind of change, and what it means.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rule {
    /// What happened: `max-decreased`, or the whole id where [`Ids::Whole`] says so.
    pub event: &'static str,
    /// How the ids are made.
    pub ids: Ids,
    /// What it is about.
    pub area: Area,
    /// What became of that.
    pub action: Action,
    /// What it means where the client sends: there a contract that accepts less breaks.
    pub sent: Verdict,
    /// What it means where the client receives: there a contract that promises less breaks.
    pub received: Verdict,
    /// The rule for the opposite change.
    pub mirror: Mirror,
    /// The message, with the names of arguments in braces.
    pub message: &'static str,
}

/// What a change is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names are those of the OpenAPI Specification")]
pub enum Area {
    /// The document itself: its version, tags, operation ids, and the names of its components. Users of the API see none of it.
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

/// What became of a thing, as a changelog puts it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Action {
    /// It is new.
    Added,
    /// It is otherwise. That includes a constraint that came or went.
    Changed,
    /// It is to go.
    Deprecated,
    /// It is gone.
    Removed,
}

/// How the ids of a rule are made.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ids {
    /// The event is the id.
    Whole,
    /// The place comes before the event (`request-body-max-decreased`), but for the places that are listed with their own id.
    Placed(&'static [(Place, &'static str)]),
    /// The place comes before an event that differs between what belongs to a request and what belongs to a response.
    Sided {
        /// The event in a request.
        request: &'static str,
        /// The event in a response.
        response: &'static str,
    },
}

/// What a rule says in one direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// `None`: it is not reported.
    pub level: Option<Level>,
    /// Whether oasdiff knows the id but judges otherwise.
    pub deviates: bool,
}

/// The client can fail.
pub const BREAKING: Verdict = Verdict::of(Some(Level::Breaking));
/// The client may fail.
pub const WARNING: Verdict = Verdict::of(Some(Level::Warning));
/// The client cannot fail.
pub const INFO: Verdict = Verdict::of(Some(Level::Info));
/// Not worth a line.
pub const NONE: Verdict = Verdict::of(None);

impl Verdict {
    const fn of(level: Option<Level>) -> Self {
        Self {
            level,
            deviates: false,
        }
    }

    /// The same verdict, marked as one that oasdiff does not share.
    pub const fn deviating(self) -> Self {
        Self {
            deviates: true,
            ..self
        }
    }
}

/// The rule for the opposite change: what `diff(a, b)` finds by a rule, `diff(b, a)` finds by its mirror.
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

/// Where a schema stands in a message. It names the ids; what may be sent there is a matter of [`Variance`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say all")]
pub enum Place {
    RequestBody,
    RequestProperty,
    /// A property that is not there for clients to send: rules that would be grave in a [`Place::RequestProperty`] are not here.
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

    /// The place of everything below the root of a schema that stands here: properties, items, branches.
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

    /// Whether what stands here belongs to a response.
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

    /// How ids of this place begin.
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

/// Which way a value travels, seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Variance {
    /// The client sends it: what was accepted must stay accepted.
    Sent,
    /// The client receives it: nothing may come that could not come before.
    Received,
    /// Below `if`, where neither can be decided.
    Undecided,
}

impl Variance {
    /// The other way: below `not`, in webhooks and callbacks.
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
    /// A rule that says the same in both directions.
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

    /// A rule of a schema: its id begins with the place.
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

    /// The same rule, for something that is new.
    pub(crate) const fn adding(self) -> Self {
        Self {
            action: Action::Added,
            ..self
        }
    }

    /// The same rule, for something that is gone.
    pub(crate) const fn removing(self) -> Self {
        Self {
            action: Action::Removed,
            ..self
        }
    }

    /// The same rule, for something that is to go.
    pub(crate) const fn deprecating(self) -> Self {
        Self {
            action: Action::Deprecated,
            ..self
        }
    }

    /// The same rule with ids of their own in some places.
    pub(crate) const fn with_ids(self, ids: &'static [(Place, &'static str)]) -> Self {
        Self {
            ids: Ids::Placed(ids),
            ..self
        }
    }

    /// The same rule with ids that name another event, in requests and in responses.
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

    /// What the change means to a value that travels this way. Where that cannot be decided, it is a warning at most.
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
