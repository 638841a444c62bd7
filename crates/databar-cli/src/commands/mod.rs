//! The commands written by hand. Each sends more than one request, or shows more than the answer to one.

mod account;
mod enrich;
mod enrichment;
mod import;
mod shell;
mod table;
pub(crate) mod task;

use clap::{ArgMatches, Args, Command};
use futures::future::{BoxFuture, FutureExt as _};

use crate::context::Context;
use crate::failure::Failure;

/// A command written by hand.
pub(crate) struct ByHand {
    /// Its name, which is one or two words.
    pub(crate) words: &'static str,
    /// Adds its arguments and its help.
    pub(crate) arguments: fn(Command) -> Command,
    pub(crate) run: for<'a> fn(&'a ArgMatches, &'a Context) -> BoxFuture<'a, Result<(), Failure>>,
}

/// The arguments of a command written by hand, and what it does.
trait Run: Args + Send {
    fn run(self, context: &Context) -> impl Future<Output = Result<(), Failure>> + Send;
}

const fn by_hand<C: Run>(words: &'static str) -> ByHand {
    ByHand {
        words,
        arguments: C::augment_args,
        run: |matches, context| async move { C::from_arg_matches(matches)?.run(context).await }.boxed(),
    }
}

/// All commands written by hand.
pub(crate) const BY_HAND: &[ByHand] = &[
    by_hand::<shell::Completions>("completions"),
    by_hand::<enrich::Enrich>("enrich"),
    by_hand::<enrichment::Search>("enrichment search"),
    by_hand::<enrichment::Show>("enrichment show"),
    by_hand::<account::Login>("login"),
    by_hand::<account::Logout>("logout"),
    by_hand::<shell::Man>("man"),
    by_hand::<shell::StartSandbox>("sandbox"),
    by_hand::<table::Export>("table export"),
    by_hand::<import::Import>("table import"),
    by_hand::<table::Rows>("table rows"),
    by_hand::<task::Wait>("task wait"),
    by_hand::<account::WhoAmI>("whoami"),
];
