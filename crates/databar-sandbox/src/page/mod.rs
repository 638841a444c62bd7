//! `GET /`: the state of the sandbox, for people with a browser. A browser has no key to send, so no key is
//! needed; `gate` has checked that the request does not come from another site's page. The page is HTML
//! without scripts, and refreshes itself.

mod connect;
mod overview;
mod plot;
mod table;

use http::{HeaderName, HeaderValue, Method, StatusCode, header, request::Parts};
use maud::{DOCTYPE, Markup, html};
use url::form_urlencoded;
use uuid::Uuid;

use crate::{
    clock::{Clock, Moment, timestamp},
    exchange::{Exchange, Reply, Shared},
    visible::visible,
};

const STYLE: &str = include_str!("style.css");
const STYLE_PATH: &str = "/_sandbox/style.css";

/// Seconds between two refreshes.
const REFRESH: u32 = 3;

/// Only the style sheet from this server is loaded. Nothing is executed, and no other page can show this one
/// in a frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) fn has(path: &str) -> bool {
    // Browsers request the icon by themselves, so it is not a request to the service.
    matches!(path, "/" | "/favicon.ico" | STYLE_PATH)
}

pub(crate) fn answer(exchange: &Exchange, head: &Parts) -> Reply {
    if !matches!(head.method, Method::GET | Method::HEAD) {
        return Reply::wrong_method(&[&Method::GET, &Method::HEAD]);
    }
    match head.uri.path() {
        "/" => {
            let request = View::of(head.uri.query().unwrap_or_default());
            let mut shared = exchange.shared();
            shared.settle();
            let (status, page) = request.show(&shared, exchange, head);
            reply(status, "text/html; charset=utf-8", page.into_string())
        }
        STYLE_PATH => reply(200, "text/css; charset=utf-8", STYLE.to_owned()),
        _ => Reply::json(404, None),
    }
}

fn reply(status: u16, media_type: &'static str, body: String) -> Reply {
    let mut reply = Reply::json(status, None);
    let headers: [(HeaderName, &str); 5] = [
        (header::CONTENT_TYPE, media_type),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in headers {
        reply
            .headers
            .extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
    }
    reply.status = StatusCode::from_u16(status).unwrap_or_default();
    reply.body = body.into();
    reply
}

/// Which part of the page the query asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct View {
    /// One table with its rows, instead of the overview.
    table: Option<String>,
    /// The page of the rows, from 1.
    page: usize,
    /// Whether the page refreshes itself.
    live: bool,
}

impl View {
    fn of(query: &str) -> Self {
        let mut view = Self {
            table: None,
            page: 1,
            live: true,
        };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "table" => view.table = Some(value.into_owned()),
                "page" => view.page = value.parse().unwrap_or(1).max(1),
                "live" => view.live = value != "off",
                _ => {}
            }
        }
        view
    }

    fn address(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if let Some(table) = &self.table {
            query.append_pair("table", table);
        }
        if self.page > 1 {
            query.append_pair("page", &self.page.to_string());
        }
        if !self.live {
            query.append_pair("live", "off");
        }
        match query.finish() {
            query if query.is_empty() => "/".to_owned(),
            query => format!("/?{query}"),
        }
    }

    fn everything(&self) -> Self {
        Self {
            table: None,
            page: 1,
            ..self.clone()
        }
    }

    fn of_table(&self, id: Uuid, page: usize) -> Self {
        Self {
            table: Some(id.to_string()),
            page,
            ..self.clone()
        }
    }

    /// The status and the page.
    fn show(&self, shared: &Shared, exchange: &Exchange, head: &Parts) -> (u16, Markup) {
        let Some(id) = &self.table else {
            let host = head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
            let main = overview::show(self, shared, exchange, host.unwrap_or("127.0.0.1"));
            return (200, self.frame("Databar sandbox", shared, &main));
        };
        match id.parse().ok().and_then(|id| shared.state.table(id).ok()) {
            Some(table) => {
                let title = format!("{} - Databar sandbox", visible(&table.name, 60));
                (200, self.frame(&title, shared, &table::show(self, table)))
            }
            None => {
                let main = html! {
                    h1 { "No such table" }
                    p { "It may have been deleted. " a href=(self.everything().address()) { "Back to the overview" } }
                };
                (404, self.frame("No such table - Databar sandbox", shared, &main))
            }
        }
    }

    /// The frame around every page.
    fn frame(&self, title: &str, shared: &Shared, main: &Markup) -> Markup {
        let other = Self {
            live: !self.live,
            ..self.clone()
        };
        let is_frozen = shared.time.clock() == Clock::Manual;
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    @if self.live {
                        meta http-equiv="refresh" content=(REFRESH);
                    }
                    title { (title) }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href=(STYLE_PATH);
                }
                body {
                    a.skip href="#main" { "Skip to the content" }
                    header {
                        p.name { a href=(self.everything().address()) { "Databar sandbox" } }
                        dl.facts {
                            div { dt { "Balance" } dd { (shared.state.ledger.balance().number()) " credits" } }
                            div { dt { "Tables" } dd { (shared.state.library.tables().count()) } }
                            div {
                                dt { "Clock" }
                                dd { (time(shared.time.now())) @if is_frozen { " (stopped)" } }
                            }
                        }
                        a.live href=(other.address()) {
                            @if self.live { "Pause updates" } @else { "Resume updates" }
                        }
                    }
                    main id="main" tabindex="-1" { (main) }
                }
            }
        }
    }
}

/// A cell of a table. On a phone, a row is shown as a block, and `label` replaces the column header.
fn cell(label: &str, content: &Markup) -> Markup {
    html! { td data-label=(visible(label, 60)) { div { (content) } } }
}

/// Text from a client. It is isolated, so that its direction does not affect other text, and shortened if it
/// is very long.
fn foreign(text: &str) -> Markup {
    html! { bdi { (visible(text, 300)) } }
}

fn time(moment: Moment) -> Markup {
    html! { time { (timestamp(moment)) } }
}

fn nothing(text: &str) -> Markup {
    html! { p.nothing { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_is_an_address_and_back() {
        for address in ["/", "/?live=off", "/?table=a%26b", "/?table=a&page=2&live=off"] {
            let query = address.split_once('?').map_or("", |(_, query)| query);
            assert_eq!(View::of(query).address(), address);
        }
        assert_eq!(View::of("page=0&page=x&other=1").address(), "/");
    }
}
