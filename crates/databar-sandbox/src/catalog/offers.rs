//! The catalogue itself, as data.

use std::sync::LazyLock;

use super::{
    enrichments::{Enrichment, Yields},
    exporters::Exporter,
    params::{Choices, Field, Param},
    waterfalls::{Provider, Waterfall},
};
use crate::{credits::Credits, invent::Fact};

const COMPANY: (i64, &str) = (1, "Company Data");
const PEOPLE: (i64, &str) = (2, "People Data");
const CONTACT: (i64, &str) = (3, "Contact Data");

fn domain() -> Param {
    Param::required("domain", "text", "Website or domain of the company")
}

fn email() -> Param {
    Param::required("email", "text", "Email address")
}

static ENRICHMENTS: LazyLock<Vec<Enrichment>> = LazyLock::new(|| {
    vec![
        Enrichment {
            id: 123,
            name: "Company data".into(),
            description: "Name, industry, size and country of a company, by its domain".into(),
            source: "Firmbase".into(),
            price: Credits::hundredths(50),
            authorized: true,
            category: Some(COMPANY),
            params: vec![domain()],
            fields: vec![
                Field::new("company_name", "Company name", "text", Fact::CompanyName),
                Field::new("industry", "Industry", "text", Fact::Industry),
                Field::new("employees", "Employees", "number", Fact::Employees),
                Field::new("country", "Country", "text", Fact::Country),
                Field::new("founded", "Founded", "number", Fact::Founded),
                Field::new("website", "Website", "url", Fact::Website),
            ],
            yields: Yields::One,
        },
        Enrichment {
            id: 124,
            name: "Technology stack".into(),
            description: "Frameworks, hosting and content system behind a website".into(),
            source: "Stackscope".into(),
            price: Credits::hundredths(25),
            authorized: true,
            category: Some(COMPANY),
            params: vec![domain()],
            fields: vec![
                Field::new("technologies", "Technologies", "text", Fact::Technologies),
                Field::new("cms", "CMS", "text", Fact::Cms),
            ],
            yields: Yields::One,
        },
        Enrichment {
            id: 210,
            name: "Person by email".into(),
            description: "Who is behind a work email".into(),
            source: "Peoplebase".into(),
            price: Credits::hundredths(100),
            authorized: true,
            category: Some(PEOPLE),
            params: vec![email()],
            fields: vec![
                Field::new("full_name", "Full name", "text", Fact::FullName),
                Field::new("job_title", "Job title", "text", Fact::JobTitle),
                Field::new("company", "Company", "text", Fact::CompanyName),
                Field::new("linkedin_url", "LinkedIn URL", "url", Fact::LinkedIn),
            ],
            yields: Yields::One,
        },
        Enrichment {
            id: 211,
            name: "Email verification".into(),
            description: "Whether mail to an address would arrive".into(),
            source: "Mailproof".into(),
            price: Credits::hundredths(10),
            authorized: true,
            category: Some(CONTACT),
            params: vec![email()],
            fields: vec![
                Field::new("status", "Email status", "text", Fact::EmailStatus),
                Field::new("deliverable", "Deliverable", "boolean", Fact::Deliverable),
            ],
            yields: Yields::One,
        },
        Enrichment {
            id: 212,
            name: "Phone validation".into(),
            description: "Whether a phone number is in service, and of which kind it is".into(),
            source: "Lineup".into(),
            price: Credits::hundredths(20),
            authorized: true,
            category: Some(CONTACT),
            params: vec![
                Param::required("phone", "text", "Phone number"),
                Param::optional("country", "select", "Country of a number without a prefix").choose(
                    Choices::Inline(&[
                        ("US", "United States"),
                        ("DE", "Germany"),
                        ("GB", "United Kingdom"),
                        ("FR", "France"),
                    ]),
                ),
            ],
            fields: vec![
                Field::new("valid", "Valid", "boolean", Fact::Valid),
                Field::new("line_type", "Line type", "text", Fact::LineType),
            ],
            yields: Yields::One,
        },
        Enrichment {
            id: 310,
            name: "People at a company".into(),
            description: "People who work at a company, page by page".into(),
            source: "Peoplebase".into(),
            price: Credits::hundredths(200),
            authorized: true,
            category: Some(PEOPLE),
            params: vec![
                domain(),
                Param::optional("seniority", "mselect", "Seniority of the people").choose(Choices::Remote(
                    &[
                        ("entry", "Entry level"),
                        ("senior", "Senior"),
                        ("manager", "Manager"),
                        ("director", "Director"),
                        ("vp", "Vice president"),
                        ("c_suite", "C-suite"),
                    ],
                )),
            ],
            fields: vec![
                Field::new("full_name", "Full name", "text", Fact::FullName),
                Field::new("job_title", "Job title", "text", Fact::JobTitle),
                Field::new("email", "Email", "email", Fact::Email),
                Field::new("linkedin_url", "LinkedIn URL", "url", Fact::LinkedIn),
            ],
            yields: Yields::People { per_page: 10 },
        },
        Enrichment {
            id: 311,
            name: "Company search".into(),
            description: "Companies of a country, page by page".into(),
            source: "Firmbase".into(),
            price: Credits::hundredths(150),
            authorized: true,
            category: Some(COMPANY),
            params: vec![
                Param::required("country", "select", "Country of the companies").choose(Choices::Inline(&[
                    ("US", "United States"),
                    ("DE", "Germany"),
                    ("GB", "United Kingdom"),
                    ("FR", "France"),
                    ("NL", "Netherlands"),
                ])),
                Param::optional("keyword", "text", "Word in the description of the company"),
            ],
            fields: vec![
                Field::new("company_name", "Company name", "text", Fact::CompanyName),
                Field::new("domain", "Domain", "text", Fact::Domain),
                Field::new("industry", "Industry", "text", Fact::Industry),
                Field::new("employees", "Employees", "number", Fact::Employees),
            ],
            yields: Yields::Companies { per_page: 20 },
        },
        Enrichment {
            id: 312,
            name: "Company news".into(),
            description: "Recent headlines about a company; each of them is billed".into(),
            source: "Presswire".into(),
            price: Credits::hundredths(5),
            authorized: true,
            category: Some(COMPANY),
            params: vec![
                domain(),
                Param::required("limit", "number", "Number of headlines, 1 to 100"),
            ],
            fields: vec![
                Field::new("headline", "Headline", "text", Fact::Headline),
                Field::new("published", "Published", "datetime", Fact::Published),
            ],
            yields: Yields::AsManyAs { param: "limit" },
        },
        Enrichment {
            id: 410,
            name: "CRM company lookup".into(),
            description: "A company as the workspace's own CRM knows it".into(),
            source: "Dealbook".into(),
            price: Credits::ZERO,
            authorized: false,
            category: Some(COMPANY),
            params: vec![domain()],
            fields: vec![Field::new(
                "company_name",
                "Company name",
                "text",
                Fact::CompanyName,
            )],
            yields: Yields::One,
        },
    ]
});

static WATERFALLS: LazyLock<Vec<Waterfall>> = LazyLock::new(|| {
    vec![
        Waterfall {
            identifier: "email_getter",
            name: "Email finder waterfall",
            description: "Asks one provider after the other for the work email of a person",
            params: vec![
                Param::required("first_name", "text", "First name"),
                Param::required("last_name", "text", "Last name"),
                Param::required("company", "text", "Company name or domain"),
            ],
            fields: vec![Field::new("email", "Email", "email", Fact::Email)],
            providers: vec![
                Provider::new(
                    833,
                    "Mailhunt",
                    "Emails by name and domain",
                    Credits::hundredths(1),
                ),
                Provider::new(
                    966,
                    "Reachout",
                    "Emails by name and company",
                    Credits::hundredths(2),
                ),
                Provider::new(1204, "Deep search", "Slow and thorough", Credits::hundredths(25)).add_on(),
            ],
            verifiers: vec![Provider::new(
                10,
                "Mailproof",
                "Checks that mail would arrive",
                Credits::hundredths(1),
            )],
        },
        Waterfall {
            identifier: "person_getter",
            name: "Person finder waterfall",
            description: "Asks one provider after the other who is behind an email",
            params: vec![email()],
            fields: vec![
                Field::new("full_name", "Full name", "text", Fact::FullName),
                Field::new("job_title", "Job title", "text", Fact::JobTitle),
                Field::new("linkedin_url", "LinkedIn URL", "url", Fact::LinkedIn),
            ],
            providers: vec![
                Provider::new(841, "Peoplebase", "People by work email", Credits::hundredths(50)),
                Provider::new(902, "Whois who", "People by any email", Credits::hundredths(75)),
            ],
            verifiers: vec![],
        },
    ]
});

static EXPORTERS: LazyLock<Vec<Exporter>> = LazyLock::new(|| {
    vec![
        Exporter {
            id: 51,
            name: "Webhook",
            description: "Posts each row to an address",
            dataset: 7001,
            params: vec![Param::required("url", "text", "Address to post to")],
            additional: &[],
            fields: vec![Field::new("status", "Status", "text", Fact::EmailStatus)],
            connections: &[],
        },
        Exporter {
            id: 52,
            name: "Dealbook companies",
            description: "Creates or updates a company in the CRM",
            dataset: 7002,
            params: vec![domain(), Param::optional("name", "text", "Name of the company")],
            additional: &[("lifecycle_stage", "Lifecycle stage"), ("owner", "Owner")],
            fields: vec![Field::new("id", "Record id", "text", Fact::Domain)],
            connections: &[(9, "Sales workspace", "oauth")],
        },
    ]
});

pub(crate) fn enrichments() -> &'static [Enrichment] {
    &ENRICHMENTS
}

pub(crate) fn waterfalls() -> &'static [Waterfall] {
    &WATERFALLS
}

pub(crate) fn waterfall(identifier: &str) -> Option<&'static Waterfall> {
    waterfalls().iter().find(|one| one.identifier == identifier)
}

pub(crate) fn exporters() -> &'static [Exporter] {
    &EXPORTERS
}

pub(crate) fn exporter(id: i64) -> Option<&'static Exporter> {
    exporters().iter().find(|one| one.id == id)
}
