//! People who may sign in, kept from the command line: for set-up by script, and for whoever is locked out.

use anyhow::{Context, Result, bail};
use identity::{NewToken, Person, Scope};
use kernel::{Actor, Db, New, Role, Vocabulary};

/// Adds a person with roles and a password; tells what was done.
///
/// # Errors
/// Names the role that there is none of, or what is wrong with address or password.
pub fn add(db: &Db, email: &str, name: &str, roles: &[String], password: &str) -> Result<String> {
    for role in roles {
        if Role::of(role).is_none() {
            let known: Vec<_> = Role::ALL.iter().map(|it| it.code()).collect();
            bail!("There is no role “{role}”. Choose from: {}.", known.join(", "));
        }
    }
    identity::check_password("password", password, (name, email))?;
    let hashed = identity::hash(password)?;
    let person = Person { email: email.to_owned(), roles: roles.to_vec(), ..Person::default() };
    let made = db.write(&Actor::system(), |work| {
        work.because("From the command line");
        let made = identity::add_person(work, &New { title: name, ..New::default() }, &person)?;
        identity::keep_password(work, made.id, &hashed)?;
        Ok(made)
    })?;
    Ok(format!("{} {name} may sign in as {email}.\n", made.number))
}

/// Makes a token of somebody's; it is told here and never again.
pub fn token(db: &Db, email: &str, name: &str, write: bool, days: i64) -> Result<String> {
    let person = person(db, email)?;
    let actor = db.read(&Actor::system(), |reader| identity::actor_of(reader, person))?;
    let secret = identity::token_secret()?;
    let scope = if write { Scope::Write } else { Scope::Read };
    let wanted = NewToken { name, scope, days };
    db.write(&actor, |work| identity::make_token(work, &wanted, &secret))?;
    Ok(format!("{secret}\nKeep it: it is shown this once. It is good for {days} days.\n"))
}

/// Sets somebody's password and ends their sessions.
pub fn password(db: &Db, email: &str, password: &str) -> Result<String> {
    let person = person(db, email)?;
    identity::check_password("password", password, ("", email))?;
    let hashed = identity::hash(password)?;
    db.write(&Actor::system(), |work| {
        work.because("From the command line");
        identity::keep_password(work, person, &hashed)
    })?;
    Ok(format!("{email} has a new password; earlier sessions are over.\n"))
}

fn person(db: &Db, email: &str) -> Result<i64> {
    let found = db.read(&Actor::system(), |reader| identity::person_with_email(reader, email))?;
    Ok(found.with_context(|| format!("Nobody has the address {email}."))?.0)
}
