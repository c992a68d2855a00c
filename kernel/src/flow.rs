//! Workflows as tables: who may take which step, from where, and what must hold first.

use crate::{Actor, Body, Case, Refusal, Role, Side, Text, Verdict, Vocabulary, mutants, right, text};

/// Every rule of one kind of record. What no rule allows is forbidden.
pub struct Flow<B: Body>(pub &'static [Rule<B>]);

pub struct Rule<B: Body> {
    pub from: B::State,
    pub step: B::Step,
    pub to: B::State,
    pub by: Permit,
    pub needs: fn(&Case<B>) -> Verdict,
}

/// Who may do something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permit {
    /// Every member of staff.
    Staff,
    /// Whoever answers for the record.
    Owner,
    /// Staff with this role.
    Has(Role),
    /// Staff with one of these roles.
    Any(&'static [Role]),
    /// A person of the organisation that the record belongs to.
    Party,
    /// Only the product itself.
    Nobody,
}

pub const fn rule<B: Body>(
    from: B::State,
    step: B::Step,
    to: B::State,
    by: Permit,
    needs: fn(&Case<B>) -> Verdict,
) -> Rule<B> {
    Rule { from, step, to, by, needs }
}

/// One step that could be taken now: where it leads, or why it is refused.
pub struct Offer<B: Body> {
    pub step: B::Step,
    pub by: Permit,
    pub outcome: Result<B::State, Refusal>,
}

/// The guard of a step that needs nothing.
pub fn nothing<B: Body>(_: &Case<B>) -> Verdict {
    Ok(())
}

impl<B: Body> Flow<B> {
    /// Every step out of the present state: what the actor may do, and what somebody else could.
    ///
    /// Pages draw their buttons and refusals from this; [`crate::Work::advance`] obeys it. Outsiders
    /// are shown only what is theirs to do, and what happens by itself is offered to nobody.
    pub fn offers(&self, case: &Case<B>, actor: &Actor) -> Vec<Offer<B>> {
        self.0
            .iter()
            .filter(|rule| rule.from == case.record.state)
            .filter(|rule| !actor.is_outside() || rule.by == Permit::Party)
            .filter(|rule| rule.by != Permit::Nobody || actor.side == Side::System)
            .map(|rule| Offer { step: rule.step, by: rule.by, outcome: rule.outcome(case, actor) })
            .collect()
    }

    /// Where a step leads, or why it cannot be taken.
    pub fn target(&self, case: &Case<B>, actor: &Actor, step: B::Step) -> Result<B::State, Refusal> {
        let mut offers = self.offers(case, actor).into_iter().filter(|offer| offer.step == step);
        let Some(first) = offers.next() else {
            let refusal = text!(
                "“{step}” is not possible while it is “{state}”. Reload the page to see what is.",
                step = step.text(),
                state = case.record.state.text()
            );
            return Err(Refusal::because(refusal));
        };
        // Two rules may offer the same step to different people.
        offers.find(|it| it.outcome.is_ok()).unwrap_or(first).outcome
    }
}

/// What a form asks before it is shown, so that nobody fills one in that would be refused.
impl<B: Body> Case<B> {
    /// Whether the actor may edit a record like this, whatever state it is in.
    ///
    /// # Errors
    /// The refusal that [`crate::Work::revise`] would give, with the sentence that says who may instead.
    pub fn lets_edit(&self, actor: &Actor) -> Verdict {
        lets_edit::<B>(actor, self.record.owner)
    }

    /// Whether a step is the actor's to take, whatever state the record is in and whatever is missing.
    ///
    /// # Errors
    /// The refusal that [`crate::Work::advance`] would give where none of the rules of the step is for the actor.
    pub fn lets_take(&self, actor: &Actor, step: B::Step) -> Verdict {
        let rules = B::FLOW.0.iter().filter(|rule| rule.step == step);
        let mut verdicts = rules.map(|rule| rule.by.covers(actor, Some(self.record.owner)));
        let Some(first) = verdicts.next() else { return Err(Refusal::because(Permit::Nobody.whose())) };
        if first.is_ok() || verdicts.any(|it| it.is_ok()) { Ok(()) } else { first }
    }
}

impl<B: Body> Rule<B> {
    fn outcome(&self, case: &Case<B>, actor: &Actor) -> Result<B::State, Refusal> {
        self.by.covers(actor, Some(case.record.owner))?;
        (self.needs)(case)?;
        Ok(self.to)
    }
}

/// Whether the actor may open records of a kind.
#[cfg_attr(feature = "mutants", track_caller)]
pub(crate) fn lets_create<B: Body>(actor: &Actor) -> Verdict {
    mutants::of_kind(B::KIND.prefix, "create", B::CREATE.covers(actor, None))
}

/// Whether the actor may edit a record of a kind that is somebody's.
#[cfg_attr(feature = "mutants", track_caller)]
pub(crate) fn lets_edit<B: Body>(actor: &Actor, owner: i64) -> Verdict {
    mutants::of_kind(B::KIND.prefix, "edit", B::EDIT.covers(actor, Some(owner)))
}

impl Permit {
    /// Whether the actor may, with the sentence that says who may instead.
    #[cfg_attr(feature = "mutants", track_caller)]
    pub fn covers(self, actor: &Actor, owner: Option<i64>) -> Verdict {
        #[cfg(feature = "mutants")]
        if crate::mutants::is_off("permit") {
            return Ok(());
        }
        if actor.side == Side::System {
            return Ok(());
        }
        let may = match self {
            Self::Staff => !actor.is_outside(),
            // Whoever stands in for the owner may do what the owner may, and is named beside them.
            Self::Owner => {
                let is_theirs = |owner| owner == actor.person || actor.stands_in_for(owner).is_some();
                !actor.is_outside() && owner.is_some_and(is_theirs)
            }
            Self::Has(role) => actor.has(role),
            Self::Any(roles) => roles.iter().any(|it| actor.has(*it)),
            Self::Party => actor.is_outside(),
            Self::Nobody => false,
        };
        right(Refusal::unless(
            !actor.only_reads,
            text!("You may read everything and change nothing. Ask the owner."),
        ))?;
        right(Refusal::unless(may, self.whose()))
    }

    /// The sentence that says who may.
    pub fn whose(self) -> Text {
        match self {
            Self::Staff => text!("Only members of staff may do this."),
            Self::Owner => {
                text!("Only the owner may do this. Ask the owner, or have the ownership passed on.")
            }
            Self::Has(role) => text!("Only the role “{role}” may do this.", role = role.text()),
            Self::Any(roles) => match roles {
                [one] => Self::Has(*one).whose(),
                [one, two] => text!(
                    "Only the roles “{one}” and “{two}” may do this.",
                    one = one.text(),
                    two = two.text()
                ),
                [one, two, ..] => text!(
                    "Only the roles “{one}”, “{two}” and those above them may do this.",
                    one = one.text(),
                    two = two.text()
                ),
                [] => text!("Nobody may do this."),
            },
            Self::Party => text!("Only the customer may do this."),
            Self::Nobody => text!("Nobody may do this by hand. It happens by itself when its time has come."),
        }
    }
}
