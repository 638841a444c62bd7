//! The public surface as lines.

use openapi_bindgen::surface;

const CODE: &str = r"
    pub mod types {
        #[derive(Clone)]
        pub struct Order { pub id: ::std::option::Option<::uuid::Uuid>, pub lines: ::std::vec::Vec<Line>, secret: u8 }
        struct Private;
        pub enum State { Open, Unknown(::std::string::String) }
        impl Order {
            pub fn builder() -> builder::Order { Default::default() }
            fn hidden(&self) {}
        }
        impl Clone for State { fn clone(&self) -> Self { loop {} } }
    }
    pub trait ClientOrderExt { fn ship_order(&self) -> builder::ShipOrder<'_>; }
    pub mod builder {
        pub struct ShipOrder<'a> { client: &'a super::Client }
        impl<'a> ShipOrder<'a> {
            pub fn id<V>(mut self, value: V) -> Self where V: std::convert::TryInto<::uuid::Uuid>, { self }
            pub async fn send(self) -> Result<ResponseValue<types::Order>, Error<crate::ErrorBody>> { loop {} }
        }
    }
    pub const ALL: &[Operation] = &[];
";

#[test]
fn every_public_item_is_a_line() {
    let lines = surface(CODE).unwrap_or_default();
    assert_eq!(
        lines.lines().collect::<Vec<_>>(),
        [
            "async fn builder::ShipOrder::send(self) -> Result<ResponseValue<types::Order>, Error<crate::ErrorBody>>",
            "const ALL: &[Operation]",
            "enum types::State",
            "field types::Order::id: Option<uuid::Uuid>",
            "field types::Order::lines: Vec<Line>",
            "fn ClientOrderExt::ship_order(&self) -> builder::ShipOrder<'_>",
            "fn builder::ShipOrder::id<V>(self, value: V) -> Self where V: TryInto<uuid::Uuid>",
            "fn types::Order::builder() -> builder::Order",
            "struct builder::ShipOrder",
            "struct types::Order",
            "trait ClientOrderExt",
            "variant types::State::Open",
            "variant types::State::Unknown(String)",
        ]
    );
}

#[test]
fn formatting_does_not_matter() {
    let code = CODE.replace("TryInto<::uuid::Uuid>", "TryInto<\n::uuid::Uuid,\n>");
    assert_eq!(surface(CODE).ok(), surface(&code).ok());
    let flat = CODE.split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(surface(CODE).ok(), surface(&flat).ok());
}

#[test]
fn what_is_not_rust_is_an_error() {
    assert!(surface("pub struct {").is_err());
}
