//! Generated bindings as data: the methods and types that users see.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use openapi_bindgen::{Error, Generated, required, surface};
use serde_json::Value;

/// The public surface of generated bindings.
#[derive(Debug, Default)]
pub(super) struct Bindings {
    /// The methods, by the name of their operation in the bindings.
    pub(super) methods: BTreeMap<String, Method>,
    /// The types, by name.
    pub(super) types: BTreeMap<String, Type>,
}

/// A method of the client.
#[derive(Debug, Default)]
pub(super) struct Method {
    /// `ClientTableExt::create_table`.
    pub(super) path: String,
    /// `fn(&self) -> builder::CreateTable<'_>`.
    pub(super) signature: String,
    /// `POST /v1/table/{id}`.
    pub(super) operation: String,
    /// The name of its builder.
    pub(super) builder: String,
    /// The types of the arguments.
    pub(super) arguments: BTreeMap<String, String>,
    /// Which arguments must be given.
    pub(super) required: BTreeSet<String>,
    /// The type of the result.
    pub(super) output: String,
}

/// A type of requests or responses.
#[derive(Debug, Default)]
pub(super) struct Type {
    /// `struct`, `enum`, or what an alias stands for.
    pub(super) kind: String,
    /// The types of fields, the payloads of variants.
    pub(super) members: BTreeMap<String, String>,
    /// Which fields must be given.
    pub(super) required: BTreeSet<String>,
    /// Whether it is a component of the document, not a part of something else.
    pub(super) is_component: bool,
    /// Whether values of it are sent.
    pub(super) sent: bool,
    /// Whether values of it are received.
    pub(super) received: bool,
}

impl Type {
    pub(super) fn is_enum(&self) -> bool {
        self.kind == "enum"
    }

    /// Whether it has a variant for values that the document does not know.
    pub(super) fn is_open(&self) -> bool {
        self.is_enum()
            && self
                .members
                .iter()
                .any(|(name, payload)| name.starts_with("Unknown") && payload == "variant(String)")
    }
}

impl Method {
    /// The operation, whatever its path parameters are called.
    pub(super) fn place(&self) -> String {
        let mut out = String::new();
        let mut inside = false;
        for c in self.operation.chars() {
            match c {
                '{' => inside = true,
                '}' => inside = false,
                _ if inside => continue,
                _ => {}
            }
            out.push(c);
        }
        out
    }
}

impl Bindings {
    /// The surface of what was generated from `document`.
    pub(super) fn of(generated: &Generated, document: &Value) -> Result<Self, Error> {
        let mut bindings = Self::default();
        for operation in &generated.operations {
            let method = Method {
                operation: format!("{} {}", operation.method, operation.path),
                ..Method::default()
            };
            bindings.methods.insert(operation.id.clone(), method);
        }
        let surface = surface(&generated.code)?;
        surface.lines().for_each(|line| bindings.client(line));
        surface.lines().for_each(|line| bindings.line(line));
        for setter in required(&generated.code)? {
            bindings.require(&setter);
        }
        let components = document.pointer("/components/schemas").and_then(Value::as_object);
        for name in components.into_iter().flat_map(|components| components.keys()) {
            if let Some(ty) = bindings.types.get_mut(&name.to_upper_camel_case()) {
                ty.is_component = true;
            }
        }
        bindings.mark_directions();
        Ok(bindings)
    }

    /// `fn ClientTableExt::create_table(&self) -> builder::CreateTable<'_>`.
    fn client(&mut self, line: &str) {
        let Some((path, rest)) = line.strip_prefix("fn ").and_then(|line| line.split_once('(')) else {
            return;
        };
        let name = path.rsplit("::").next().unwrap_or(path);
        let builder = rest
            .split_once("-> builder::")
            .map(|(_, builder)| builder.split('<').next().unwrap_or(builder));
        if path.starts_with("Client")
            && let (Some(method), Some(builder)) = (self.methods.get_mut(name), builder)
        {
            method.path = path.to_owned();
            method.signature = format!("fn({rest}");
            method.builder = builder.to_owned();
        }
    }

    fn line(&mut self, line: &str) {
        let Some((kind, rest)) = line.split_once(' ') else {
            return;
        };
        if let Some(rest) = rest.strip_prefix("types::") {
            self.of_types(kind, rest);
        } else if let Some(rest) = line.strip_prefix("fn builder::") {
            self.setter(rest);
        } else if let Some((builder, output)) = line
            .strip_prefix("async fn builder::")
            .and_then(|rest| rest.split_once("::send(self) -> "))
            && let Some(method) = self.built_by(builder)
        {
            output_of(output).clone_into(&mut method.output);
        }
    }

    fn of_types(&mut self, kind: &str, rest: &str) {
        match kind {
            "struct" | "enum" if !rest.contains("::") => {
                self.types.entry(rest.to_owned()).or_default().kind = kind.to_owned();
            }
            "type" => {
                if let Some((name, target)) = rest.split_once(" = ") {
                    self.types.entry(name.to_owned()).or_default().kind = target.to_owned();
                }
            }
            "field" | "variant" => {
                let Some((name, member)) = rest.split_once("::") else {
                    return;
                };
                let (member, ty) = if kind == "field" {
                    member.split_once(": ").unwrap_or((member, ""))
                } else {
                    member.split_at(member.find(['(', '{', ' ']).unwrap_or(member.len()))
                };
                let ty = if kind == "field" {
                    ty.to_owned()
                } else {
                    format!("variant{ty}")
                };
                self.types
                    .entry(name.to_owned())
                    .or_default()
                    .members
                    .insert(member.to_owned(), ty);
            }
            _ => {}
        }
    }

    /// `CreateTable::body<V>(self, value: V) -> Self where V: TryInto<types::CreateTableRequest>, ...`.
    fn setter(&mut self, rest: &str) {
        let Some((builder, function)) = rest.split_once("::") else {
            return;
        };
        let name = function.split(['<', '(']).next().unwrap_or(function);
        if matches!(name, "new" | "body_map" | "send" | "stream") {
            return;
        }
        let ty = generic(function, "TryInto<").unwrap_or(function.strip_prefix(name).unwrap_or(function));
        let ty = ty.to_owned();
        let name = name.to_owned();
        if let Some(method) = self.built_by(builder) {
            method.arguments.insert(name, ty);
        }
    }

    fn built_by(&mut self, builder: &str) -> Option<&mut Method> {
        self.methods.values_mut().find(|method| method.builder == builder)
    }

    fn require(&mut self, setter: &str) {
        let Some((path, name)) = setter.rsplit_once("::") else {
            return;
        };
        if let Some(ty) = path.strip_prefix("types::builder::") {
            if let Some(ty) = self.types.get_mut(ty) {
                ty.required.insert(name.to_owned());
            }
        } else if let Some(method) = path
            .strip_prefix("builder::")
            .and_then(|path| self.built_by(path))
        {
            method.required.insert(name.to_owned());
        }
    }

    fn mark_directions(&mut self) {
        let methods = self.methods.values();
        let sent = self.reachable(methods.clone().flat_map(|method| method.arguments.values()));
        let received = self.reachable(methods.map(|method| &method.output));
        for (name, ty) in &mut self.types {
            ty.sent = sent.contains(name);
            ty.received = received.contains(name);
        }
    }

    /// The names of all types that occur in these, directly or within others.
    fn reachable<'a>(&self, roots: impl Iterator<Item = &'a String>) -> BTreeSet<String> {
        let mut open: Vec<&str> = roots.flat_map(|signature| words(signature)).collect();
        let mut seen = BTreeSet::new();
        while let Some(name) = open.pop() {
            if let Some(ty) = self.types.get(name)
                && seen.insert(name.to_owned())
            {
                open.extend(words(&ty.kind));
                open.extend(ty.members.values().flat_map(|member| words(member)));
            }
        }
        seen
    }
}

/// The identifiers of a signature.
pub(super) fn words(signature: &str) -> impl Iterator<Item = &str> {
    signature
        .split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

/// `T` of `Result<ResponseValue<T>, Error<E>>`.
fn output_of(result: &str) -> &str {
    generic(result, "ResponseValue<").unwrap_or(result)
}

/// What stands in the angle brackets that `opening` opens.
fn generic<'a>(text: &'a str, opening: &str) -> Option<&'a str> {
    let start = text.find(opening)? + opening.len();
    let mut depth = 1;
    let mut before = ' ';
    for (at, c) in text[start..].char_indices() {
        match c {
            '<' => depth += 1,
            // An arrow closes nothing.
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&text[start..start + at]);
        }
        before = c;
    }
    None
}
