//! Where does a requirement stand among its neighbours?

/// How far apart places are given, so that there is room between them.
pub const GAP: i64 = 1024;

/// Where something is put within a section.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Put {
    First,
    #[default]
    Last,
    /// Behind the requirement with this number.
    After(String),
}

/// A place between two neighbours; none where there is no room left, and the section must be numbered again.
pub fn room(before: Option<i64>, after: Option<i64>) -> Option<i64> {
    match (before, after) {
        (None, None) => Some(GAP),
        (Some(before), None) => before.checked_add(GAP),
        (None, Some(after)) => after.checked_sub(GAP),
        (Some(before), Some(after)) => (after - before >= 2).then_some(before + (after - before) / 2),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_ten_times_between_two_neighbours() {
        let (mut before, after) = (0, GAP);
        let mut times = 0;
        while let Some(place) = room(Some(before), Some(after)) {
            assert!(before < place && place < after);
            (before, times) = (place, times + 1);
        }
        assert_eq!(times, 10);
    }

    #[test]
    fn the_ends_are_open() {
        assert_eq!(room(None, None), Some(GAP));
        assert_eq!(room(Some(GAP), None), Some(2 * GAP));
        assert_eq!(room(None, Some(GAP)), Some(0));
    }
}
