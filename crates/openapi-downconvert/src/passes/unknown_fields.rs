//! OAS 3.0.3, "Specification Extensions": fields that are not in the tables must begin with `x-`.

use super::Site;
use crate::change::Loss;
use crate::grammar::Kind;
use crate::schema::Object;

pub(super) fn run(object: &mut Object, kind: Kind, site: &mut Site<'_>) {
    let is_reference = kind.may_be_reference_object() && object.contains_key("$ref");
    if kind == Kind::Schema || kind.is_map() || is_reference {
        return;
    }
    object.retain(|name, _| {
        let is_known = name.starts_with("x-") || kind.field(name).is_some();
        if !is_known {
            site.record(
                name,
                Loss::Dropped,
                format!("removed: not a field of {}", kind.one()),
            );
        }
        is_known
    });
}
