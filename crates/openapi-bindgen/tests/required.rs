//! The setters that must be called.

use openapi_bindgen::required;

const CODE: &str = r#"
    pub mod types {
        pub mod builder {
            pub struct Order { id: Result<i64, String>, note: Result<Option<String>, String> }
            impl Default for Order {
                fn default() -> Self {
                    Self { id: Err("no value supplied for id".to_string()), note: Ok(Default::default()) }
                }
            }
        }
    }
    pub mod builder {
        pub struct ShipOrder<'a> { client: &'a super::Client, id: Result<i64, String>, page: Result<Option<i64>, String> }
        impl<'a> ShipOrder<'a> {
            pub fn new(client: &'a super::Client) -> Self {
                Self { client: client, id: Err("id was not initialized".to_string()), page: Ok(None) }
            }
            pub fn page(self) -> Result<Self, String> { Err("other".to_string()) }
        }
    }
"#;

#[test]
fn what_begins_as_an_error_must_be_set() {
    let setters = required(CODE).unwrap_or_default();
    assert_eq!(
        setters.into_iter().collect::<Vec<_>>(),
        ["builder::ShipOrder::id", "types::builder::Order::id"]
    );
}

#[test]
fn what_is_not_rust_is_an_error() {
    assert!(required("fn (").is_err());
}
