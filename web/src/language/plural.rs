//! Which form of a word goes with a number: the rule in the head of a catalogue.
//!
//! The rule is an expression of C in `n` (GNU gettext manual, 12.6): `n != 1`,
//! `n%10==1 && n%100!=11 ? 0 : 1`.

use anyhow::{Result, bail, ensure};

/// A rule that has been read.
#[derive(Debug)]
pub(super) struct Rule(Expression);

#[derive(Debug)]
enum Expression {
    Number(u64),
    TheCount,
    Of(Operator, Box<[Expression; 2]>),
    Choice(Box<[Expression; 3]>),
}

#[derive(Clone, Copy, Debug)]
enum Operator {
    Or,
    And,
    Equal,
    Unequal,
    AtMost,
    AtLeast,
    Less,
    More,
    Remainder,
}

/// The operators, loosest first; those of one line bind alike.
const LEVELS: [&[(&str, Operator)]; 5] = [
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[("==", Operator::Equal), ("!=", Operator::Unequal)],
    &[("<=", Operator::AtMost), (">=", Operator::AtLeast), ("<", Operator::Less), (">", Operator::More)],
    &[("%", Operator::Remainder)],
];

impl Rule {
    /// Reads a rule; fails where it is no expression in `n`.
    pub(super) fn read(source: &str) -> Result<Self> {
        let mut rest = source.trim();
        let expression = choice(&mut rest)?;
        ensure!(rest.is_empty(), "the plural rule ends with “{rest}”");
        Ok(Self(expression))
    }

    /// The form that goes with a count.
    pub(super) fn form(&self, count: i64) -> usize {
        usize::try_from(self.0.value(count.unsigned_abs())).unwrap_or(0)
    }
}

impl Expression {
    fn value(&self, n: u64) -> u64 {
        match self {
            Self::Number(it) => *it,
            Self::TheCount => n,
            Self::Choice(of) if of[0].value(n) != 0 => of[1].value(n),
            Self::Choice(of) => of[2].value(n),
            Self::Of(operator, of) => operator.apply(of[0].value(n), of[1].value(n)),
        }
    }
}

impl Operator {
    fn apply(self, left: u64, right: u64) -> u64 {
        match self {
            Self::Or => u64::from(left != 0 || right != 0),
            Self::And => u64::from(left != 0 && right != 0),
            Self::Equal => u64::from(left == right),
            Self::Unequal => u64::from(left != right),
            Self::AtMost => u64::from(left <= right),
            Self::AtLeast => u64::from(left >= right),
            Self::Less => u64::from(left < right),
            Self::More => u64::from(left > right),
            Self::Remainder => left.checked_rem(right).unwrap_or(0),
        }
    }
}

fn choice(rest: &mut &str) -> Result<Expression> {
    let condition = operation(rest, &LEVELS)?;
    if !skip(rest, "?") {
        return Ok(condition);
    }
    let then = choice(rest)?;
    ensure!(skip(rest, ":"), "the plural rule lacks a colon");
    Ok(Expression::Choice(Box::new([condition, then, choice(rest)?])))
}

fn operation(rest: &mut &str, levels: &[&[(&str, Operator)]]) -> Result<Expression> {
    let Some((level, tighter)) = levels.split_first() else {
        return operand(rest);
    };
    let mut left = operation(rest, tighter)?;
    while let Some((_, operator)) = level.iter().find(|(sign, _)| skip(rest, sign)) {
        left = Expression::Of(*operator, Box::new([left, operation(rest, tighter)?]));
    }
    Ok(left)
}

fn operand(rest: &mut &str) -> Result<Expression> {
    if skip(rest, "n") {
        return Ok(Expression::TheCount);
    }
    if skip(rest, "(") {
        let inside = choice(rest)?;
        ensure!(skip(rest, ")"), "the plural rule lacks a parenthesis");
        return Ok(inside);
    }
    let digits = rest.len() - rest.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    if digits == 0 {
        bail!("the plural rule is not understood from “{rest}” on");
    }
    let number = rest[..digits].parse()?;
    *rest = rest[digits..].trim_start();
    Ok(Expression::Number(number))
}

fn skip(rest: &mut &str, sign: &str) -> bool {
    match rest.strip_prefix(sign) {
        Some(after) => {
            *rest = after.trim_start();
            true
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(rule: &str, counts: &[i64]) -> Vec<usize> {
        let rule = Rule::read(rule).unwrap();
        counts.iter().map(|it| rule.form(*it)).collect()
    }

    #[test]
    fn german_has_one_and_many() {
        assert_eq!(forms("(n != 1)", &[0, 1, 2, 101]), [1, 0, 1, 1]);
    }

    #[test]
    fn polish_has_one_few_and_many() {
        let rule = "n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2";
        assert_eq!(forms(rule, &[1, 2, 5, 12, 22, 25]), [0, 1, 2, 2, 1, 2]);
    }

    #[test]
    fn a_rule_that_is_none_is_refused() {
        assert!(Rule::read("n != ").is_err());
        assert!(Rule::read("n 1").is_err());
        assert!(Rule::read("(n").is_err());
    }
}
