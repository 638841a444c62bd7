//! The catalogue itself, as data.

use super::{
    Choices, Field, Param,
    enrichments::{Enrichment, Yields},
    exporters::Exporter,
    waterfalls::{Provider, Waterfall},
};
use crate::{credits::Credits, invent::Fact};

const COMPANY: (i64, &str) = (1, "Company Data");
const PEOPLE: (i64, &str) = (2, "People Data");
const CONTACT: (i64, &str) = (3, "Contact Data");

const DOMAIN: Param = Param::required("domain", "text", "Website or domain of the company");
const EMAIL: Param = Param::required("email", "text", "Email address");

pub(super) const ENRICHMENTS: [Enrichment; 9] = [
    Enrichment {
        id: 123,
        name: "Company data",
        description: "Name, industry, size and country of a company, by its domain",
        source: "Firmbase",
        price: Credits::hundredths(50),
        authorized: true,
        category: COMPANY,
        params: &[DOMAIN],
        fields: &[
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
        name: "Technology stack",
        description: "Frameworks, hosting and content system behind a website",
        source: "Stackscope",
        price: Credits::hundredths(25),
        authorized: true,
        category: COMPANY,
        params: &[DOMAIN],
        fields: &[
            Field::new("technologies", "Technologies", "text", Fact::Technologies),
            Field::new("cms", "CMS", "text", Fact::Cms),
        ],
        yields: Yields::One,
    },
    Enrichment {
        id: 210,
        name: "Person by email",
        description: "Who is behind a work email",
        source: "Peoplebase",
        price: Credits::hundredths(100),
        authorized: true,
        category: PEOPLE,
        params: &[EMAIL],
        fields: &[
            Field::new("full_name", "Full name", "text", Fact::FullName),
            Field::new("job_title", "Job title", "text", Fact::JobTitle),
            Field::new("company", "Company", "text", Fact::CompanyName),
            Field::new("linkedin_url", "LinkedIn URL", "url", Fact::LinkedIn),
        ],
        yields: Yields::One,
    },
    Enrichment {
        id: 211,
        name: "Email verification",
        description: "Whether mail to an address would arrive",
        source: "Mailproof",
        price: Credits::hundredths(10),
        authorized: true,
        category: CONTACT,
        params: &[EMAIL],
        fields: &[
            Field::new("status", "Email status", "text", Fact::EmailStatus),
            Field::new("deliverable", "Deliverable", "boolean", Fact::Deliverable),
        ],
        yields: Yields::One,
    },
    Enrichment {
        id: 212,
        name: "Phone validation",
        description: "Whether a phone number is in service, and of which kind it is",
        source: "Lineup",
        price: Credits::hundredths(20),
        authorized: true,
        category: CONTACT,
        params: &[
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
        fields: &[
            Field::new("valid", "Valid", "boolean", Fact::Valid),
            Field::new("line_type", "Line type", "text", Fact::LineType),
        ],
        yields: Yields::One,
    },
    Enrichment {
        id: 310,
        name: "People at a company",
        description: "People who work at a company, page by page",
        source: "Peoplebase",
        price: Credits::hundredths(200),
        authorized: true,
        category: PEOPLE,
        params: &[
            DOMAIN,
            Param::optional("seniority", "mselect", "Seniority of the people").choose(Choices::Remote(&[
                ("entry", "Entry level"),
                ("senior", "Senior"),
                ("manager", "Manager"),
                ("director", "Director"),
                ("vp", "Vice president"),
                ("c_suite", "C-suite"),
            ])),
        ],
        fields: &[
            Field::new("full_name", "Full name", "text", Fact::FullName),
            Field::new("job_title", "Job title", "text", Fact::JobTitle),
            Field::new("email", "Email", "email", Fact::Email),
            Field::new("linkedin_url", "LinkedIn URL", "url", Fact::LinkedIn),
        ],
        yields: Yields::People { per_page: 10 },
    },
    Enrichment {
        id: 311,
        name: "Company search",
        description: "Companies of a country, page by page",
        source: "Firmbase",
        price: Credits::hundredths(150),
        authorized: true,
        category: COMPANY,
        params: &[
            Param::required("country", "select", "Country of the companies").choose(Choices::Inline(&[
                ("US", "United States"),
                ("DE", "Germany"),
                ("GB", "United Kingdom"),
                ("FR", "France"),
                ("NL", "Netherlands"),
            ])),
            Param::optional("keyword", "text", "Word in the description of the company"),
        ],
        fields: &[
            Field::new("company_name", "Company name", "text", Fact::CompanyName),
            Field::new("domain", "Domain", "text", Fact::Domain),
            Field::new("industry", "Industry", "text", Fact::Industry),
            Field::new("employees", "Employees", "number", Fact::Employees),
        ],
        yields: Yields::Companies { per_page: 20 },
    },
    Enrichment {
        id: 312,
        name: "Company news",
        description: "Recent headlines about a company; each of them is billed",
        source: "Presswire",
        price: Credits::hundredths(5),
        authorized: true,
        category: COMPANY,
        params: &[
            DOMAIN,
            Param::required("limit", "number", "Number of headlines, 1 to 100"),
        ],
        fields: &[
            Field::new("headline", "Headline", "text", Fact::Headline),
            Field::new("published", "Published", "datetime", Fact::Published),
        ],
        yields: Yields::AsManyAs { param: "limit" },
    },
    Enrichment {
        id: 410,
        name: "CRM company lookup",
        description: "A company as the workspace's own CRM knows it",
        source: "Dealbook",
        price: Credits::ZERO,
        authorized: false,
        category: COMPANY,
        params: &[DOMAIN],
        fields: &[Field::new(
            "company_name",
            "Company name",
            "text",
            Fact::CompanyName,
        )],
        yields: Yields::One,
    },
];

pub(super) const WATERFALLS: [Waterfall; 2] = [
    Waterfall {
        identifier: "email_getter",
        name: "Email finder waterfall",
        description: "Asks one provider after the other for the work email of a person",
        params: &[
            Param::required("first_name", "text", "First name"),
            Param::required("last_name", "text", "Last name"),
            Param::required("company", "text", "Company name or domain"),
        ],
        fields: &[Field::new("email", "Email", "email", Fact::Email)],
        providers: &[
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
        verifiers: &[Provider::new(
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
        params: &[EMAIL],
        fields: &[
            Field::new("full_name", "Full name", "text", Fact::FullName),
            Field::new("job_title", "Job title", "text", Fact::JobTitle),
            Field::new("linkedin_url", "LinkedIn URL", "url", Fact::LinkedIn),
        ],
        providers: &[
            Provider::new(841, "Peoplebase", "People by work email", Credits::hundredths(50)),
            Provider::new(902, "Whois who", "People by any email", Credits::hundredths(75)),
        ],
        verifiers: &[],
    },
];

pub(super) const EXPORTERS: [Exporter; 2] = [
    Exporter {
        id: 51,
        name: "Webhook",
        description: "Posts each row to an address",
        dataset: 7001,
        params: &[Param::required("url", "text", "Address to post to")],
        fields: &[Field::new("status", "Status", "text", Fact::EmailStatus)],
        connections: &[],
    },
    Exporter {
        id: 52,
        name: "Dealbook companies",
        description: "Creates or updates a company in the CRM",
        dataset: 7002,
        params: &[DOMAIN, Param::optional("name", "text", "Name of the company")],
        fields: &[Field::new("id", "Record id", "text", Fact::Domain)],
        connections: &[(9, "Sales workspace", "oauth")],
    },
];
