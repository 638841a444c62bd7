//! Decides about a request before its content matters: whether a service on the loopback interface talks to
//! its sender at all, which part answers it, and whether its body is read.

use std::{net::Ipv4Addr, sync::Arc};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, header, request::Parts, uri::Authority};
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::{Body, Incoming};
use tokio::sync::Semaphore;
use url::Url;

use crate::{
    control,
    exchange::{Ending, Exchange, Received, Reply},
    limits::Limits,
    page,
    refusal::Refusal,
    values,
};

/// A body of up to this many bytes is read without waiting for others.
const SMALL: u64 = 64 << 10;
/// How many larger bodies are in memory at the same time.
const LARGE_BODIES: usize = 8;

#[derive(Debug)]
pub(crate) struct Gate {
    exchange: Arc<Exchange>,
    /// Host names that clients may use, besides those of the loopback interface.
    hosts: Vec<String>,
    pub(crate) limits: Limits,
    large_bodies: Semaphore,
}

impl Gate {
    pub(crate) fn new(exchange: Arc<Exchange>, hosts: Vec<String>, limits: Limits) -> Self {
        Self {
            exchange,
            hosts,
            limits,
            large_bodies: Semaphore::new(LARGE_BODIES),
        }
    }

    /// Answers a request. It is an error if the request did not arrive completely.
    pub(crate) async fn answer(&self, request: Request<Incoming>) -> Result<Ending, hyper::Error> {
        let (head, body) = request.into_parts();
        if let Some(Refusal { status, body }) = self.stranger(&head) {
            return Ok(Ending::Reply(Reply::json(status, Some(&body))));
        }
        let path = head.uri.path();
        if page::has(path) {
            return Ok(Ending::Reply(page::answer(&self.exchange, &head)));
        }
        if let Some(reply) = self.exchange.download(&head) {
            return Ok(Ending::Reply(reply));
        }
        if control::has(path) {
            if !self.exchange.key_fits(&head.headers) {
                let refusal = Refusal::not_allowed();
                return Ok(Ending::Reply(Reply::json(refusal.status, Some(&refusal.body))));
            }
            let received = self.read(body).await?;
            return Ok(Ending::Reply(control::answer(&self.exchange, &head, received)));
        }
        let received = if self.exchange.wants_body(&head) {
            self.read(body).await?
        } else {
            Received::Unread
        };
        Ok(self.exchange.serve(head, received).await)
    }

    /// Why this sender is refused, if so. A page of another site can make a browser send requests here under
    /// its own host name, which resolves to 127.0.0.1 (DNS rebinding). `Host` is then that name, and `Origin`
    /// that site.
    fn stranger(&self, head: &Parts) -> Option<Refusal> {
        let target = head.uri.authority().map(Authority::as_str);
        let mut hosts = target.into_iter().chain(texts(&head.headers, &header::HOST));
        if let Some(host) = hosts.find(|host| !self.is_reached_as(host)) {
            return Some(Refusal::stranger(421, "Host", host));
        }
        let origin = texts(&head.headers, &header::ORIGIN).find(|origin| {
            let url = Url::parse(origin).ok();
            !url.as_ref()
                .and_then(Url::host_str)
                .is_some_and(|host| self.is_reached_as(host))
        })?;
        Some(Refusal::stranger(403, "Origin", origin))
    }

    fn is_reached_as(&self, authority: &str) -> bool {
        let Ok(authority) = authority.parse::<Authority>() else {
            return false;
        };
        let host = authority.host().trim_end_matches('.').to_ascii_lowercase();
        let is_loopback = host == "localhost"
            || host.ends_with(".localhost")
            || host == "[::1]"
            || host
                .parse::<Ipv4Addr>()
                .is_ok_and(|address| address.is_loopback());
        is_loopback
            || self
                .hosts
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(&host))
    }

    /// Reads a body within its limits. A body beyond them is not read further.
    async fn read(&self, body: Incoming) -> Result<Received, hyper::Error> {
        let limit = self.limits.body_bytes;
        let size = body.size_hint();
        if size.lower() > limit as u64 {
            return Ok(Received::Refused(Refusal::too_large(limit)));
        }
        let whole = async {
            let is_small = size.upper().is_some_and(|size| size <= SMALL);
            let permit = if is_small {
                None
            } else {
                self.large_bodies.acquire().await.ok()
            };
            (Limited::new(body, limit).collect().await, permit)
        };
        let Ok((collected, _permit)) = tokio::time::timeout(self.limits.body_time, whole).await else {
            return Ok(Received::Refused(Refusal::too_slow()));
        };
        match collected {
            Ok(body) => {
                let body = body.to_bytes();
                let limit = self.limits.body_values;
                if values::exceed(limit, &body) {
                    return Ok(Received::Refused(Refusal::too_many_values(limit)));
                }
                // A copy, because the bytes may be part of a larger buffer that they would keep in memory.
                Ok(Received::Whole(Bytes::copy_from_slice(&body)))
            }
            Err(error) if error.is::<LengthLimitError>() => Ok(Received::Refused(Refusal::too_large(limit))),
            Err(error) => match error.downcast() {
                Ok(error) => Err(*error),
                // `Limited` has no other kind of error.
                Err(_) => Ok(Received::Unread),
            },
        }
    }
}

/// The values of a header. A value that is not text reads as empty.
fn texts<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(name)
        .iter()
        .map(|value: &HeaderValue| value.to_str().unwrap_or_default())
}
