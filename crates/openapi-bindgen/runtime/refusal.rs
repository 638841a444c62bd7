/// Whether an answer with this status says that the request had no effect: 4xx, and others that refuse it.
/// Among the 4xx, 408 and 499 do not, because they only say that somebody stopped waiting.
pub(crate) fn is_refusal(status: u16) -> bool {
    matches!(status, 307 | 308 | 400..=407 | 409..=498 | 501 | 505)
}
