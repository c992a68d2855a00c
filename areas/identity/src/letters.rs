//! What we tell people about the door: an invitation, a link to a new password, that somebody came in from a browser
//! that was not used before.
//!
//! The link stands in the words as the mark that is filled when the letter is carried, so that nobody but the
//! addressee reads it.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use kernel::SECRET;
use web::language::{self, Language};
use web::t;

use crate::model::{Person, Purpose};

/// A letter in words.
#[derive(Clone, Debug)]
pub struct Words {
    pub subject: String,
    pub words: String,
    /// Why they are written to.
    pub reason: String,
}

/// To whom a letter goes, and from which house.
#[derive(Clone, Copy, Debug)]
pub struct Addressed<'a> {
    pub name: &'a str,
    pub person: &'a Person,
    pub house: &'a str,
    /// By whose clock they live.
    pub zone: &'a TimeZone,
}

impl Addressed<'_> {
    /// The language in which they are written to.
    pub fn language(&self) -> &'static str {
        if self.person.language == "de" { "de" } else { "en" }
    }

    fn writes<T>(&self, write: impl FnOnce() -> T) -> T {
        Language::new(self.language(), self.zone.clone()).with(write)
    }
}

/// A link by which somebody sets their password.
pub fn link(to: &Addressed, purpose: Purpose) -> Words {
    to.writes(|| {
        let greeting = t!("Dear {name},", name = to.name);
        match purpose {
            Purpose::Invitation => Words {
                subject: t!("Your invitation to Reqord of {house}", house = to.house),
                words: [
                    greeting,
                    t!("{house} invites you to Reqord. Choose your password here:\n{link}", house = to.house, link = SECRET),
                    t!("The link is good once, for seven days. You sign in with {email}.", email = &to.person.email),
                ]
                .join("\n\n"),
                reason: t!("You get this letter because an administrator of {house} invited you.", house = to.house),
            },
            Purpose::Reset => Words {
                subject: t!("A new password for Reqord of {house}", house = to.house),
                words: [
                    greeting,
                    t!("choose your new password here:\n{link}", link = SECRET),
                    t!("The link is good once, for a day. If you did not ask for it, leave it alone: your password stays as it is. Tell your administrator if it happens again."),
                ]
                .join("\n\n"),
                reason: t!("You get this letter because somebody said at the door that you forgot your password, or an administrator made the link."),
            },
        }
    })
}

/// Somebody came in with a browser that this person did not use before.
pub fn new_browser(to: &Addressed, browser: &str, at: Timestamp, site: &str) -> Words {
    to.writes(|| Words {
        subject: t!("Signed in from a browser that is new here"),
        words: [
            t!("Dear {name},", name = to.name),
            t!(
                "somebody signed in to Reqord of {house} with your password: {browser}, {moment}.",
                house = to.house,
                browser = browser,
                moment = language::exact_moment(at)
            ),
            t!("If that was you, there is nothing to do. If not, end that session and change your password:\n{address}", address = format!("{site}/me")),
        ]
        .join("\n\n"),
        reason: t!("You get this letter because you had not used this browser here before."),
    })
}

/// The code that goes to the address of whoever has the link.
pub fn code(language: &str, name: &str, house: &str) -> Words {
    Language::new(language, TimeZone::UTC).with(|| Words {
        subject: t!("Your code for {house}", house = house),
        words: [
            t!("Dear {name},", name = name),
            t!("your code is {code}. It is good for 15 minutes, once.", code = SECRET),
            t!(
                "If you did not ask for it, somebody else has your link. Tell us, and do not pass the code on."
            ),
            house.to_owned(),
        ]
        .join("\n\n"),
        reason: t!("You get this letter because somebody opened your link and asked for a code."),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_stands_in_its_letter_as_a_mark() {
        let person = Person { email: "nele@kestrel.example".into(), ..Person::default() };
        let to = Addressed { name: "Nele", person: &person, house: "Kestrel", zone: &TimeZone::UTC };
        for purpose in [Purpose::Invitation, Purpose::Reset] {
            let words = link(&to, purpose);
            assert!(words.words.contains(SECRET) && words.words.starts_with("Dear Nele,"), "{words:?}");
        }
    }
}
