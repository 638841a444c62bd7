//! A builder for each object that is sent, `types::builder::X`: a setter for each member, and the check that none is missing.

use std::collections::BTreeSet;

use syn::{
    Field, Fields, Ident, Item, ItemStruct, LitStr, Path, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use crate::{
    fill::{fill, lines, literal},
    items,
    spelling::{code, short},
    surface::{self, Kind},
};

/// The structs with named members: those that can have a builder.
fn structs(types: &[Item]) -> impl Iterator<Item = &ItemStruct> {
    types.iter().filter_map(|item| match item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => Some(item),
        _ => None,
    })
}

/// The names of the types that can have a builder.
pub(crate) fn names(types: &[Item]) -> BTreeSet<String> {
    structs(types).map(|item| item.ident.to_string()).collect()
}

const MODULE: &str = "
$constructors
/// Types for composing complex structures.
pub mod builder {
    $builders
}
";

const CONSTRUCTOR: &str = "
impl $name {
    pub fn builder() -> builder::$name {
        ::std::default::Default::default()
    }
}
";

const BUILDER: &str = "
#[derive(Clone, Debug)]
pub struct $name {
    $fields
}
impl ::std::default::Default for $name {
    fn default() -> Self {
        Self {
            $starts
        }
    }
}
impl $name {
    $setters
}
impl ::std::convert::TryFrom<$name> for super::$name {
    type Error = super::error::ConversionError;
    fn try_from($value: $name) -> ::std::result::Result<Self, super::error::ConversionError> {
        Ok(Self {
            $values
        })
    }
}
impl ::std::convert::From<super::$name> for $name {
    fn from($value: super::$name) -> Self {
        Self {
            $given
        }
    }
}
";

const SETTER: &str = "
pub fn $name<T>(mut self, value: T) -> Self
where
    T: ::std::convert::TryInto<$type>,
    T::Error: ::std::fmt::Display,
{
    self.$name = value
        .try_into()
        .map_err(|e| format!(\"error converting supplied value for $name: {e}\"));
    self
}
";

/// The builders of all objects that are sent.
pub(crate) struct StructBuilders(Vec<StructBuilder>);

struct StructBuilder {
    name: Ident,
    fields: Vec<BuilderField>,
}

struct BuilderField {
    name: Ident,
    /// As the builder sees it, one level below the types of the document.
    ty: Type,
    /// What it is until it is set.
    start: String,
}

impl StructBuilders {
    /// `sent` has the names of the types that are sent.
    pub(crate) fn of(types: &[Item], sent: &BTreeSet<String>) -> Self {
        let names: BTreeSet<String> = types
            .iter()
            .filter_map(|item| Some(items::name(item)?.to_string()))
            .collect();
        let sent = structs(types).filter(|item| sent.contains(&item.ident.to_string()));
        Self(sent.map(|item| StructBuilder::of(item, &names)).collect())
    }

    /// `X::builder` for each struct, and the module `builder`.
    pub(crate) fn text(&self) -> String {
        if self.0.is_empty() {
            return String::new();
        }
        let constructors = self
            .0
            .iter()
            .map(|builder| fill(CONSTRUCTOR, &[("name", &builder.name.to_string())]));
        fill(
            MODULE,
            &[
                ("constructors", &lines(constructors)),
                ("builders", &lines(self.0.iter().map(StructBuilder::text))),
            ],
        )
    }

    /// The public items of that text.
    pub(crate) fn surface(&self) -> impl Iterator<Item = surface::Item> {
        self.0.iter().flat_map(|StructBuilder { name, fields }| {
            let constructor = format!("() -> builder::{name}");
            let setters = fields.iter().map(move |field| {
                let path = format!("types::builder::{name}::{}", field.name);
                let ty = short(&field.ty);
                let signature =
                    format!("<T>(self, value: T) -> Self where T: TryInto<{ty}>, T::Error: Display");
                surface::Item::new(Kind::Fn, path, signature)
            });
            [
                surface::Item::new(Kind::Fn, format!("types::{name}::builder"), constructor),
                surface::Item::new(Kind::Struct, format!("types::builder::{name}"), String::new()),
            ]
            .into_iter()
            .chain(setters)
        })
    }
}

impl StructBuilder {
    /// `names` are the types beside the struct, which the builder sees one level up.
    fn of(item: &ItemStruct, names: &BTreeSet<String>) -> Self {
        let fields = item.fields.iter().filter_map(|field| {
            let mut ty = field.ty.clone();
            Above(names).visit_type_mut(&mut ty);
            let name = field.ident.clone()?;
            let start = start(field, &name);
            Some(BuilderField { name, ty, start })
        });
        Self {
            name: item.ident.clone(),
            fields: fields.collect(),
        }
    }

    fn text(&self) -> String {
        let value = if self.fields.is_empty() { "_value" } else { "value" };
        let each = |write: fn(&BuilderField) -> String| lines(self.fields.iter().map(write));
        fill(
            BUILDER,
            &[
                ("name", &self.name.to_string()),
                ("value", value),
                (
                    "fields",
                    &each(|field| {
                        let ty = code(&field.ty);
                        format!(
                            "{}: ::std::result::Result<{ty}, ::std::string::String>,",
                            field.name
                        )
                    }),
                ),
                (
                    "starts",
                    &each(|field| format!("{}: {},", field.name, field.start)),
                ),
                (
                    "setters",
                    &each(|field| {
                        fill(
                            SETTER,
                            &[("name", &field.name.to_string()), ("type", &code(&field.ty))],
                        )
                    }),
                ),
                ("values", &each(|field| format!("{0}: value.{0}?,", field.name))),
                ("given", &each(|field| format!("{0}: Ok(value.{0}),", field.name))),
            ],
        )
    }
}

/// What a member is until it is set: what serde reads when it is absent, or an error.
fn start(field: &Field, name: &Ident) -> String {
    match absent(field) {
        Absent::Function(path) => format!("Ok(super::{}())", code(&path)),
        Absent::Error => format!(
            "Err({}.to_string())",
            literal(&format!("no value supplied for {name}"))
        ),
        Absent::Default => "Ok(::std::default::Default::default())".to_owned(),
    }
}

/// Whether a member must be given.
pub(crate) fn is_required(field: &Field) -> bool {
    matches!(absent(field), Absent::Error)
}

/// The name that a member has in JSON; none if it stands for further members.
pub(crate) fn member(field: &Field) -> Option<String> {
    let mut name = field.ident.as_ref().map(ToString::to_string);
    items::serde_options(&field.attrs, |meta| {
        if meta.path.is_ident("rename") {
            name = Some(meta.value()?.parse::<LitStr>()?.value());
        } else if meta.path.is_ident("flatten") {
            name = None;
        }
        Ok(())
    });
    name
}

/// What serde makes of a member that is absent.
enum Absent {
    Error,
    Default,
    Function(Path),
}

fn absent(field: &Field) -> Absent {
    let mut absent = Absent::Error;
    items::serde_options(&field.attrs, |meta| {
        if meta.path.is_ident("flatten") || meta.path.is_ident("skip_serializing_if") {
            if !matches!(absent, Absent::Function(_)) {
                absent = Absent::Default;
            }
        } else if meta.path.is_ident("default") {
            absent = match meta.value() {
                Ok(value) => Absent::Function(value.parse::<LitStr>()?.parse()?),
                Err(_) => Absent::Default,
            };
        }
        Ok(())
    });
    absent
}

/// Puts `super::` before the types of the document.
struct Above<'a>(&'a BTreeSet<String>);

impl VisitMut for Above<'_> {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        visit_mut::visit_type_mut(self, ty);
        if let Type::Path(path) = ty
            && path.path.leading_colon.is_none()
            && path
                .path
                .segments
                .first()
                .is_some_and(|first| self.0.contains(&first.ident.to_string()))
        {
            let inner = &path.path;
            *ty = parse_quote!(super::#inner);
        }
    }
}
