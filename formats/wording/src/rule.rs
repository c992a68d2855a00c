//! The rules, each with the code under which it is stored and how much it matters.

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// May be as it is meant.
    Hint,
    /// Will be understood in more than one way.
    Warning,
    /// Cannot be verified as it stands.
    Error,
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $severity:ident;)*) => {
        /// A way in which the words of a requirement go wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule { $($(#[doc = $doc])* $name,)* }

        impl Rule {
            /// All of them, in the order in which they are told.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The code under which it is stored.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => $code,)* }
            }

            /// The rule of a code.
            pub fn of(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }

            /// How much it matters.
            pub const fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }
        }
    };
}

rules! {
    /// Left to be filled in: TBD, "to be agreed".
    Placeholder = "placeholder", Error;
    /// Nobody says how one will see that it is met.
    NoAcceptance = "no_acceptance", Error;
    /// Says how it is, not how it shall be.
    NoObligation = "no_obligation", Error;
    /// Lets somebody off at will: "where feasible".
    Escape = "escape", Error;
    /// A list or a set that nobody closed: "etc.", "all documents".
    OpenEnd = "open_end", Error;
    /// "and/or", or a stroke between words.
    Slash = "slash", Error;
    /// Everybody reads it as they like: "user friendly", "appropriate".
    Vague = "vague", Warning;
    /// No moment and no span: "soon", "regularly".
    VagueTime = "vague_time", Warning;
    /// Neither number, date, standard nor test says when it is met.
    NoMeasure = "no_measure", Warning;
    /// A number, and nobody says of what.
    NoUnit = "no_unit", Warning;
    /// A direction without an end: "minimise".
    OpenLimit = "open_limit", Warning;
    /// Compared with something that is not named: "best", "faster".
    Superlative = "superlative", Warning;
    /// Never fulfilled in truth: "always", "error free".
    Absolute = "absolute", Warning;
    /// Several demands in one: one may be met and another not.
    Several = "several", Warning;
    /// Nobody is named who does it: "shall be wired".
    Passive = "passive", Warning;
    /// Reads as a wish: "should".
    Weak = "weak", Warning;
    /// A word for something that stands in another sentence: "It shall".
    Pronoun = "pronoun", Warning;
    /// An abbreviation that is explained nowhere.
    Abbreviation = "abbreviation", Warning;
    /// A term in quotes or capitals that the glossary of its set does not hold.
    UndefinedTerm = "undefined_term", Warning;
    /// Called otherwise than the glossary of its set calls it.
    OtherTerm = "other_term", Warning;
    /// Says nearly the same as another requirement: whoever knows the others finds it, this crate does not.
    SaidTwice = "near_duplicate", Warning;
    /// "All" where each is meant.
    Universal = "universal", Hint;
    /// Only says what shall not be, without limit or condition.
    Negation = "negation", Hint;
    /// "shall be able to": demands a talent instead of a deed.
    Infinitive = "infinitive", Hint;
    /// The reason inside the demand: "in order to".
    Purpose = "purpose", Hint;
    /// A remark in brackets inside the demand.
    Brackets = "brackets", Hint;
    /// Names a solution where a need was to be said.
    Design = "design", Hint;
    /// Does not follow the sentence pattern that it begins.
    Ears = "ears", Hint;
    /// Speaks of none of the systems that the glossary of its set names, or of two (EARS).
    System = "system", Hint;
    /// More than one can take in at once.
    Long = "long", Hint;
    /// A value beside it, and no limit.
    NoTolerance = "no_tolerance", Hint;
    /// Told in another unit than the rest of its set tells the same: whoever knows the set finds it, this crate does not.
    OtherUnit = "other_unit", Hint;
}
