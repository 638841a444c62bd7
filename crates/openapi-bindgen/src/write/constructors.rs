//! Writes constructors for the types that are sent: `new` takes the required members, and a method sets each
//! other member.

use std::collections::BTreeSet;

use syn::{Field, Ident, Item, ItemStruct, LitStr, Path, Type};

use super::{
    docs, option_of,
    taken::{self, Use},
};
use crate::{
    fill::{fill, lines},
    finish::nullable_of,
    items,
    spelling::{code, short},
    surface::{self, Kind},
};

const CONSTRUCTOR: &str = "
impl $name {
    /// Creates a value from its required members.
    pub fn new($arguments) -> Self {
        Self {
            $values
        }
    }
    $setters
}
";

const SETTER: &str = "
$docs
pub fn $method(mut self$argument) -> Self {
    self.$field = $value;
    self
}
";

/// The constructors of all objects that are sent.
pub(crate) struct Constructors(Vec<Constructor>);

struct Constructor {
    name: Ident,
    /// Sorted by name, so that nothing changes if the provider reorders members.
    members: Vec<Member>,
}

struct Member {
    field: Ident,
    /// The name of the method that sets it.
    method: String,
    ty: Type,
    is_required: bool,
    /// The value until it is set.
    start: String,
    docs: String,
}

impl Constructors {
    /// `sent` has the names of the types that are sent.
    pub(crate) fn of(types: &[Item], sent: &BTreeSet<String>) -> Self {
        let sent = items::objects(types).filter(|item| sent.contains(&item.ident.to_string()));
        Self(sent.map(Constructor::of).collect())
    }

    pub(crate) fn text(&self) -> String {
        lines(self.0.iter().map(Constructor::text))
    }

    /// The public items of that text.
    pub(crate) fn surface(&self) -> impl Iterator<Item = surface::Item> {
        self.0.iter().flat_map(|constructor| {
            let path = format!("types::{}", constructor.name);
            let new = surface::Item::new(
                Kind::Fn,
                format!("{path}::new"),
                format!("({}) -> Self", constructor.arguments(short)),
            );
            let follows = |item: surface::Item| surface::Item {
                follows: true,
                ..item
            };
            let setters = constructor.setters().into_iter().map(move |setter| {
                surface::Item::new(
                    Kind::Fn,
                    format!("{path}::{}", setter.method),
                    match setter.argument {
                        Some((name, ty)) => format!("(self, {name}: {}) -> Self", short(&ty)),
                        None => "(self) -> Self".to_owned(),
                    },
                )
            });
            [new].into_iter().chain(setters).map(follows)
        })
    }
}

/// A method that sets a member.
struct Setter<'a> {
    member: &'a Member,
    method: String,
    argument: Option<(String, Type)>,
    value: String,
    docs: String,
}

impl Constructor {
    fn of(item: &ItemStruct) -> Self {
        let mut fields: Vec<(String, &Field, &Ident)> = item
            .fields
            .iter()
            .filter_map(|field| Some((member(field).unwrap_or_default(), field, field.ident.as_ref()?)))
            .collect();
        fields.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let members = fields.into_iter().map(|(_, field, ident)| {
            let (is_required, start) = match absent(field) {
                Absent::Error => (true, String::new()),
                Absent::Default => (false, "::std::default::Default::default()".to_owned()),
                Absent::Function(path) => (false, format!("{}()", code(&path))),
            };
            Member {
                field: ident.clone(),
                method: match ident.to_string().as_str() {
                    "new" => "new_".to_owned(),
                    name => name.to_owned(),
                },
                ty: field.ty.clone(),
                is_required,
                start,
                docs: docs::of_attributes(&field.attrs),
            }
        });
        Self {
            name: item.ident.clone(),
            members: members.collect(),
        }
    }

    fn arguments(&self, spelled: fn(&Type) -> String) -> String {
        let required = self.members.iter().filter(|member| member.is_required);
        let required = required.map(|member| {
            format!(
                "{}: {}",
                member.field,
                spelled(&taken::accepted(&member.ty, Use::Kept))
            )
        });
        required.collect::<Vec<_>>().join(", ")
    }

    fn setters(&self) -> Vec<Setter<'_>> {
        let mut taken: BTreeSet<&str> = self.members.iter().map(|member| member.method.as_str()).collect();
        taken.insert("new");
        let mut setters = Vec::new();
        for member in self.members.iter().filter(|member| !member.is_required) {
            let name = member.field.to_string();
            let nullable = nullable_of(&member.ty);
            let inner = nullable.or(option_of(&member.ty)).unwrap_or(&member.ty);
            let value = taken::converted(inner, &name);
            let wrapped = if std::ptr::eq(inner, &member.ty) {
                value
            } else if nullable.is_some() {
                format!("::std::convert::From::from({value})")
            } else {
                format!("::std::option::Option::Some({value})")
            };
            setters.push(Setter {
                member,
                method: member.method.clone(),
                argument: Some((name, taken::accepted(inner, Use::Kept))),
                value: wrapped,
                docs: docs::comment(&member.docs),
            });
            if nullable.is_some() {
                let mut method = null_method(&member.method);
                while taken.contains(method.as_str()) {
                    method.push('_');
                }
                setters.push(Setter {
                    member,
                    method,
                    argument: None,
                    value: format!("{}::Null", path_of(&member.ty)),
                    docs: format!("/// Makes [`{0}`](Self::{0}) null.\n", member.method),
                });
            }
        }
        setters
    }

    fn text(&self) -> String {
        let values = self.members.iter().map(|member| {
            let value = match member.is_required {
                true => taken::converted(&member.ty, &member.field.to_string()),
                false => member.start.clone(),
            };
            format!("{}: {value},", member.field)
        });
        let setters = self.setters().into_iter().map(|setter| {
            fill(
                SETTER,
                &[
                    ("docs", &setter.docs),
                    ("method", &setter.method),
                    (
                        "argument",
                        &match &setter.argument {
                            Some((name, ty)) => format!(", {name}: {}", code(ty)),
                            None => String::new(),
                        },
                    ),
                    ("field", &setter.member.field.to_string()),
                    ("value", &setter.value),
                ],
            )
        });
        fill(
            CONSTRUCTOR,
            &[
                ("name", &self.name.to_string()),
                ("arguments", &self.arguments(code)),
                ("values", &lines(values)),
                ("setters", &lines(setters)),
            ],
        )
    }
}

/// The name of the method that sets a member to null.
pub(super) fn null_method(name: &str) -> String {
    format!("{}_null", name.trim_end_matches('_'))
}

/// The path of a type, without its arguments.
fn path_of(ty: &Type) -> String {
    let path = code(ty);
    path.split_once('<')
        .map_or(path.as_str(), |(path, _)| path)
        .to_owned()
}

/// Returns whether a member is required.
pub(crate) fn is_required(field: &Field) -> bool {
    matches!(absent(field), Absent::Error)
}

/// The name of a member in JSON; `None` if it stands for all undeclared members.
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

/// What serde does with an absent member.
pub(crate) enum Absent {
    Error,
    Default,
    Function(Path),
}

pub(crate) fn absent(field: &Field) -> Absent {
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
