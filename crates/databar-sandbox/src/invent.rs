//! Invents plausible facts about companies and people. Each is a pure function of the seed and of the
//! subject, so two enrichments agree about a company, and so do two runs.

use serde_json::{Map, Value, json};

use crate::dice::{Draw, Seed};

/// The subject of an input.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    seed: Seed,
    /// All texts of the input. They name the draw that decides between hit and miss.
    key: String,
    domain: String,
    person: Option<(String, String)>,
    /// The luck that the name itself determines, if it does.
    fate: Option<Luck>,
}

/// A kind of fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fact {
    CompanyName,
    Cms,
    Country,
    Deliverable,
    Domain,
    Email,
    EmailStatus,
    Employees,
    Founded,
    FullName,
    Headline,
    Industry,
    JobTitle,
    LinkedIn,
    LineType,
    Published,
    Technologies,
    Valid,
    Website,
}

/// Whether anything is known about a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Luck {
    Hit,
    Miss,
    Error,
}

impl Subject {
    pub(crate) fn of(seed: Seed, params: &Map<String, Value>) -> Self {
        let text = |name: &str| params.get(name).map(plain).filter(|text| !text.is_empty());
        let email = text("email").and_then(|email| {
            let (local, domain) = email.split_once('@')?;
            Some((local.to_owned(), domain.to_owned()))
        });
        let domain = ["domain", "website", "company", "company_name"]
            .iter()
            .find_map(|name| text(name))
            .or_else(|| email.as_ref().map(|(_, domain)| domain.clone()));
        let person = match (text("first_name"), text("last_name")) {
            (Some(first), Some(last)) => Some((capital(&first), capital(&last))),
            _ => email.and_then(|(local, _)| {
                let (first, last) = local.split_once(['.', '_'])?;
                Some((capital(first), capital(last)))
            }),
        };
        let mut texts: Vec<String> = params
            .iter()
            .map(|(name, value)| format!("{name}={}", plain(value)))
            .collect();
        texts.sort();
        let key = texts.join("&");
        let domain = domain.map_or_else(|| format!("{}.com", slug(&key)), |domain| as_domain(&domain));
        let ends = |suffix: &str| texts.iter().any(|text| text.ends_with(suffix));
        let fate = match (ends(".invalid"), ends(".test")) {
            (true, _) => Some(Luck::Error),
            (false, true) => Some(Luck::Miss),
            (false, false) => None,
        };
        Self {
            seed,
            key,
            domain,
            person,
            fate,
        }
    }

    /// The `number`-th company of a list about this subject.
    pub(crate) fn nth_company(&self, number: u64) -> Self {
        let key = format!("{}#{number}", self.key);
        let name = |part, from: &[&'static str; 12]| self.seed.draw(&[part, &key]).pick(from);
        let domain = format!("{}{}.com", name("prefix", &PREFIXES), name("suffix", &SUFFIXES));
        Self {
            key,
            domain,
            person: None,
            ..self.clone()
        }
    }

    /// The `number`-th person of a list about this subject.
    pub(crate) fn nth_person(&self, number: u64) -> Self {
        Self {
            key: format!("{}#{number}", self.key),
            person: None,
            ..self.clone()
        }
    }

    /// Nothing is known about names under `.test`, names under `.invalid` make the provider fail, and other
    /// names are a miss once in eight times.
    pub(crate) fn luck(&self, provider: &str) -> Luck {
        let miss = || self.seed.draw(&["luck", provider, &self.key]).once_in(8);
        self.fate
            .unwrap_or_else(|| if miss() { Luck::Miss } else { Luck::Hit })
    }

    /// The luck that the name itself determines, if it does.
    pub(crate) fn fate(&self) -> Option<Luck> {
        self.fate
    }

    fn about_company(&self, fact: &str) -> Draw {
        self.seed.draw(&[fact, &self.domain])
    }

    fn about_person(&self, fact: &str) -> Draw {
        self.seed.draw(&[fact, &self.key])
    }

    fn name(&self) -> (String, String) {
        self.person.clone().unwrap_or_else(|| {
            let first = self.about_person("first").pick(&FIRST_NAMES);
            (
                first.to_owned(),
                self.about_person("last").pick(&LAST_NAMES).to_owned(),
            )
        })
    }

    fn label(&self) -> &str {
        self.domain.split('.').next().unwrap_or_default()
    }

    fn company_name(&self) -> String {
        self.label().split('-').map(capital).collect::<Vec<_>>().join(" ")
    }

    pub(crate) fn fact(&self, fact: Fact) -> Value {
        match fact {
            Fact::CompanyName => json!(self.company_name()),
            Fact::Domain => json!(self.domain),
            Fact::Website => json!(format!("https://{}", self.domain)),
            Fact::Industry => json!(self.about_company("industry").pick(&INDUSTRIES)),
            Fact::Country => json!(self.about_company("country").pick(&COUNTRIES)),
            Fact::Founded => json!(self.about_company("founded").between(1975, 2023)),
            Fact::Employees => {
                let magnitude = self
                    .about_company("magnitude")
                    .pick(&[10_u64, 50, 200, 1000, 5000]);
                json!(
                    self.about_company("employees")
                        .between(magnitude / 5, magnitude * 2)
                )
            }
            Fact::Cms => {
                json!(
                    self.about_company("cms")
                        .pick(&["WordPress", "Webflow", "Contentful", "Ghost"])
                )
            }
            Fact::Technologies => {
                let hosting = self
                    .about_company("hosting")
                    .pick(&["AWS", "Google Cloud", "Azure", "Vercel"]);
                let frontend = self
                    .about_company("frontend")
                    .pick(&["React", "Vue", "Svelte", "Angular"]);
                json!(format!("{frontend}, {hosting}"))
            }
            Fact::Headline => {
                let news = self.about_person("news").pick(&[
                    "opens an office in Lisbon",
                    "names a new finance chief",
                    "raises a series B round",
                    "publishes its yearly report",
                ]);
                json!(format!("{} {news}", self.company_name()))
            }
            Fact::Published => {
                let month = self.about_person("month").between(1, 12);
                json!(format!(
                    "2025-{month:02}-{:02}",
                    self.about_person("day").between(1, 28)
                ))
            }
            Fact::FullName => {
                let (first, last) = self.name();
                json!(format!("{first} {last}"))
            }
            Fact::JobTitle => json!(self.about_person("title").pick(&TITLES)),
            Fact::LinkedIn => {
                let (first, last) = self.name();
                json!(format!(
                    "https://www.linkedin.com/in/{}-{}",
                    slug(&first),
                    slug(&last)
                ))
            }
            Fact::Email => {
                let (first, last) = self.name();
                json!(format!("{}.{}@{}", slug(&first), slug(&last), self.domain))
            }
            Fact::EmailStatus => json!(if self.deliverable() { "valid" } else { "risky" }),
            Fact::Deliverable => json!(self.deliverable()),
            Fact::Valid => json!(!self.about_person("valid").once_in(6)),
            Fact::LineType => json!(self.about_person("line").pick(&["mobile", "landline", "voip"])),
        }
    }

    fn deliverable(&self) -> bool {
        !self.about_person("deliverable").once_in(5)
    }
}

/// A value as the text with which a provider would be asked.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_lowercase(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn as_domain(text: &str) -> String {
    let bare = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = bare.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    if host.contains('.') && !host.contains(' ') {
        host.to_owned()
    } else {
        format!("{}.com", slug(text))
    }
}

fn slug(text: &str) -> String {
    let words: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    words.join("-").to_lowercase()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().chain(letters).collect())
        .unwrap_or_default()
}

const INDUSTRIES: [&str; 10] = [
    "Software",
    "Financial services",
    "Biotechnology",
    "Logistics",
    "Retail",
    "Education",
    "Energy",
    "Media",
    "Manufacturing",
    "Hospitality",
];
const COUNTRIES: [&str; 8] = [
    "United States",
    "Germany",
    "United Kingdom",
    "France",
    "Netherlands",
    "Canada",
    "Brazil",
    "Japan",
];
const TITLES: [&str; 8] = [
    "Chief Technology Officer",
    "Head of Sales",
    "Product Manager",
    "Software Engineer",
    "Marketing Lead",
    "Chief Executive Officer",
    "Operations Manager",
    "Data Analyst",
];
const FIRST_NAMES: [&str; 12] = [
    "Ada", "Bruno", "Chiara", "Daan", "Elif", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Kemi", "Lena",
];
const LAST_NAMES: [&str; 12] = [
    "Almeida",
    "Becker",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Hughes",
    "Ito",
    "Jansen",
    "Kovacs",
    "Lindqvist",
];
const PREFIXES: [&str; 12] = [
    "north", "bright", "blue", "iron", "quick", "silver", "green", "red", "clear", "deep", "high", "open",
];
const SUFFIXES: [&str; 12] = [
    "works", "labs", "data", "field", "bridge", "stone", "logic", "wave", "forge", "path", "harbor", "mill",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(params: Value) -> Subject {
        Subject::of(Seed::new(7), params.as_object().unwrap())
    }

    #[test]
    fn a_company_is_the_same_however_it_is_asked_about() {
        let by_domain = subject(json!({ "domain": "https://www.Stripe.com/about" }));
        let by_email = subject(json!({ "email": "jane.doe@stripe.com" }));
        for fact in [Fact::CompanyName, Fact::Industry, Fact::Employees, Fact::Country] {
            assert_eq!(by_domain.fact(fact), by_email.fact(fact));
        }
        assert_eq!(by_domain.fact(Fact::CompanyName), "Stripe");
        assert_eq!(by_email.fact(Fact::FullName), "Jane Doe");
    }

    #[test]
    fn reserved_names_decide_the_luck() {
        assert_eq!(subject(json!({ "domain": "acme.test" })).luck("1"), Luck::Miss);
        assert_eq!(
            subject(json!({ "domain": "acme.invalid" })).luck("1"),
            Luck::Error
        );
        assert_eq!(subject(json!({ "domain": "acme.testing.com" })).fate, None);
    }

    #[test]
    fn most_inputs_hit_and_some_miss() {
        let hits = (0..400)
            .filter(|n| subject(json!({ "domain": format!("c{n}.com") })).luck("1") == Luck::Hit)
            .count();
        assert!((300..400).contains(&hits), "{hits}");
    }

    #[test]
    fn odd_inputs_yield_facts_all_the_same() {
        for odd in [
            json!({}),
            json!({ "domain": "" }),
            json!({ "email": "@" }),
            json!({ "domain": [1, {}] }),
        ] {
            assert!(subject(odd).fact(Fact::Website).is_string());
        }
    }
}
