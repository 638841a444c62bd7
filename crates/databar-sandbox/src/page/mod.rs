//! `GET /`: what the sandbox holds, for people with a browser.

use http::request::Parts;

use crate::{
    exchange::{Exchange, Reply},
    refusal::Refusal,
};

pub(crate) fn has(path: &str) -> bool {
    path == "/"
}

pub(crate) fn answer(_: &Exchange, _: &Parts) -> Reply {
    Reply::json(404, Some(&Refusal::not_found().body))
}
