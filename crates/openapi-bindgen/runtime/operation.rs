/// What the document says of one operation, for code that treats operations alike (retries, limits, logs).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// The operation id in snake case: the name of the method that calls it.
    pub id: &'static str,
    /// The HTTP method, in capitals.
    pub method: &'static str,
    /// The path template, such as `/v1/table/{table_uuid}/rows`.
    pub path: &'static str,
    /// The first tag of the operation; empty if it has none.
    pub tag: &'static str,
    /// Whether sending it twice has the effect of sending it once: by the HTTP method (RFC 9110, section
    /// 9.2.2) unless the document marks it otherwise.
    pub idempotent: bool,
    /// Whether it spends credits of the account.
    pub billable: bool,
    /// The largest number of items that one request may carry, where there is such a limit.
    pub max_batch: Option<u32>,
    /// How its list is divided into pages, where it is.
    pub pages: Option<Pages>,
}

/// How a list operation is divided into numbered pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pages {
    /// The query parameter that holds the page number, from 1.
    pub number: &'static str,
    /// The query parameter that holds the number of items per page.
    pub size: &'static str,
    /// The largest allowed number of items per page.
    pub max_size: u32,
    /// The member of the response that holds the items.
    pub items: &'static str,
}

/// The operation with this id, in snake case.
pub fn find(id: &str) -> ::std::option::Option<&'static Operation> {
    ALL.iter().find(|operation| operation.id == id)
}
