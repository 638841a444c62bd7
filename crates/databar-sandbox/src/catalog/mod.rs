//! The catalogue: enrichments, waterfalls and exporters, and what one input yields. The catalogue never
//! changes. What a workspace adds to it (connectors) and what is installed on a table is state.

pub(crate) mod enrichments;
pub(crate) mod exporters;
pub(crate) mod offers;
mod params;
mod quote;
pub(crate) mod waterfalls;

pub(crate) use self::{
    params::{Field, Param, is_empty, items},
    quote::{Outcome, Quote},
};
