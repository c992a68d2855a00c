//! Which units of the trade can be told in each other, and how.

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    Pressure,
    Length,
    Area,
    Volume,
    Flow,
    Mass,
    MassFlow,
    Density,
    Concentration,
    Temperature,
    Time,
    WorkingTime,
    Months,
    Speed,
    Frequency,
    Voltage,
    Current,
    Power,
    Energy,
    Force,
    Torque,
    Ratio,
    Sound,
    Angle,
    Count,
}

/// A unit: its name, what it measures, how much of the base unit one is, and where its zero lies in the base unit.
struct Unit(&'static str, Quantity, f64, f64);

/// A gauge tells the pressure above that of the air (ISO 2533, 1013.25 mbar).
const AIR: f64 = 101_325.0;
const PSI: f64 = 6_894.757_293_168;
const GALLON: f64 = 0.003_785_411_784;
const IMPERIAL_GALLON: f64 = 0.004_546_09;

use Quantity::{
    Angle, Area, Concentration, Count, Current, Density, Energy, Flow, Force, Frequency, Length, Mass,
    MassFlow, Months, Power, Pressure, Ratio, Sound, Speed, Temperature, Time, Torque, Voltage, Volume,
    WorkingTime,
};

/// Factors after ISO 80000 and, for inch and pound, the agreement of 1959. Words and spellings that people write beside
/// the signs stand here too.
#[rustfmt::skip]
const UNITS: &[Unit] = &[
    Unit("Bar", Pressure, 1e5, 0.0), Unit("BAR", Pressure, 1e5, 0.0), Unit("PSI", Pressure, PSI, 0.0),
    Unit("Pa", Pressure, 1.0, 0.0), Unit("hPa", Pressure, 100.0, 0.0), Unit("kPa", Pressure, 1e3, 0.0),
    Unit("MPa", Pressure, 1e6, 0.0), Unit("mbar", Pressure, 100.0, 0.0), Unit("bar", Pressure, 1e5, 0.0),
    Unit("bar(g)", Pressure, 1e5, 0.0), Unit("barg", Pressure, 1e5, 0.0), Unit("bar(a)", Pressure, 1e5, -AIR),
    Unit("bara", Pressure, 1e5, -AIR), Unit("psi", Pressure, PSI, 0.0), Unit("psi(g)", Pressure, PSI, 0.0),
    Unit("psig", Pressure, PSI, 0.0), Unit("psia", Pressure, PSI, -AIR), Unit("mWS", Pressure, 9_806.65, 0.0),
    Unit("KPa", Pressure, 1e3, 0.0), Unit("Kg", Mass, 1.0, 0.0), Unit("KG", Mass, 1.0, 0.0), Unit("RPM", Frequency, 1.0 / 60.0, 0.0),
    Unit("m", Length, 1.0, 0.0), Unit("km", Length, 1e3, 0.0), Unit("cm", Length, 0.01, 0.0),
    Unit("mm", Length, 1e-3, 0.0), Unit("µm", Length, 1e-6, 0.0), Unit("um", Length, 1e-6, 0.0),
    Unit("in", Length, 0.0254, 0.0), Unit("inch", Length, 0.0254, 0.0), Unit("″", Length, 0.0254, 0.0),
    Unit("ft", Length, 0.3048, 0.0), Unit("yd", Length, 0.9144, 0.0),
    Unit("m²", Area, 1.0, 0.0), Unit("cm²", Area, 1e-4, 0.0), Unit("mm²", Area, 1e-6, 0.0),
    Unit("m³", Volume, 1.0, 0.0), Unit("l", Volume, 1e-3, 0.0), Unit("ml", Volume, 1e-6, 0.0),
    Unit("cm³", Volume, 1e-6, 0.0), Unit("gal", Volume, GALLON, 0.0), Unit("gal(UK)", Volume, IMPERIAL_GALLON, 0.0),
    Unit("m³/s", Flow, 1.0, 0.0), Unit("m³/h", Flow, 1.0 / 3600.0, 0.0), Unit("l/h", Flow, 1e-3 / 3600.0, 0.0),
    Unit("l/min", Flow, 1e-3 / 60.0, 0.0), Unit("l/s", Flow, 1e-3, 0.0), Unit("ml/min", Flow, 1e-6 / 60.0, 0.0),
    Unit("ml/h", Flow, 1e-6 / 3600.0, 0.0), Unit("gpm", Flow, GALLON / 60.0, 0.0), Unit("gph", Flow, GALLON / 3600.0, 0.0),
    Unit("kg", Mass, 1.0, 0.0), Unit("g", Mass, 1e-3, 0.0), Unit("mg", Mass, 1e-6, 0.0), Unit("t", Mass, 1e3, 0.0),
    Unit("lb", Mass, 0.453_592_37, 0.0), Unit("oz", Mass, 0.028_349_523_125, 0.0),
    Unit("kg/s", MassFlow, 1.0, 0.0), Unit("kg/h", MassFlow, 1.0 / 3600.0, 0.0), Unit("g/min", MassFlow, 1e-3 / 60.0, 0.0),
    Unit("kg/m³", Density, 1.0, 0.0), Unit("kg/l", Density, 1e3, 0.0), Unit("g/cm³", Density, 1e3, 0.0),
    Unit("g/ml", Density, 1e3, 0.0), Unit("g/l", Concentration, 1.0, 0.0), Unit("mg/l", Concentration, 1e-3, 0.0),
    Unit("µg/l", Concentration, 1e-6, 0.0),
    Unit("K", Temperature, 1.0, 0.0), Unit("°C", Temperature, 1.0, 273.15),
    Unit("°F", Temperature, 5.0 / 9.0, 273.15 - 32.0 * 5.0 / 9.0),
    Unit("s", Time, 1.0, 0.0), Unit("ms", Time, 1e-3, 0.0), Unit("min", Time, 60.0, 0.0), Unit("h", Time, 3600.0, 0.0),
    Unit("d", Time, 86_400.0, 0.0), Unit("day", Time, 86_400.0, 0.0), Unit("days", Time, 86_400.0, 0.0),
    Unit("hours", Time, 3600.0, 0.0), Unit("hour", Time, 3600.0, 0.0), Unit("minutes", Time, 60.0, 0.0),
    Unit("minute", Time, 60.0, 0.0), Unit("seconds", Time, 1.0, 0.0), Unit("second", Time, 1.0, 0.0),
    Unit("Stunden", Time, 3600.0, 0.0), Unit("Stunde", Time, 3600.0, 0.0), Unit("Minuten", Time, 60.0, 0.0),
    Unit("Minute", Time, 60.0, 0.0), Unit("Sekunden", Time, 1.0, 0.0), Unit("Sekunde", Time, 1.0, 0.0),
    Unit("Tage", Time, 86_400.0, 0.0), Unit("Tag", Time, 86_400.0, 0.0), Unit("Wochen", Time, 604_800.0, 0.0),
    Unit("Woche", Time, 604_800.0, 0.0), Unit("Arbeitstage", WorkingTime, 1.0, 0.0), Unit("Arbeitstag", WorkingTime, 1.0, 0.0),
    Unit("Werktage", WorkingTime, 1.0, 0.0), Unit("Monate", Months, 1.0, 0.0), Unit("Monat", Months, 1.0, 0.0),
    Unit("Jahre", Months, 12.0, 0.0), Unit("Jahr", Months, 12.0, 0.0),
    Unit("week", Time, 604_800.0, 0.0), Unit("weeks", Time, 604_800.0, 0.0),
    Unit("working days", WorkingTime, 1.0, 0.0), Unit("working day", WorkingTime, 1.0, 0.0),
    Unit("months", Months, 1.0, 0.0), Unit("month", Months, 1.0, 0.0), Unit("years", Months, 12.0, 0.0),
    Unit("year", Months, 12.0, 0.0), Unit("a", Months, 12.0, 0.0),
    Unit("m/s", Speed, 1.0, 0.0), Unit("km/h", Speed, 1.0 / 3.6, 0.0), Unit("ft/s", Speed, 0.3048, 0.0),
    Unit("Hz", Frequency, 1.0, 0.0), Unit("kHz", Frequency, 1e3, 0.0), Unit("1/min", Frequency, 1.0 / 60.0, 0.0),
    Unit("rpm", Frequency, 1.0 / 60.0, 0.0),
    Unit("V", Voltage, 1.0, 0.0), Unit("mV", Voltage, 1e-3, 0.0), Unit("kV", Voltage, 1e3, 0.0),
    Unit("A", Current, 1.0, 0.0), Unit("mA", Current, 1e-3, 0.0),
    Unit("W", Power, 1.0, 0.0), Unit("kW", Power, 1e3, 0.0), Unit("MW", Power, 1e6, 0.0),
    Unit("hp", Power, 745.699_871_582, 0.0), Unit("PS", Power, 735.498_75, 0.0),
    Unit("J", Energy, 1.0, 0.0), Unit("kJ", Energy, 1e3, 0.0), Unit("kWh", Energy, 3.6e6, 0.0),
    Unit("N", Force, 1.0, 0.0), Unit("kN", Force, 1e3, 0.0), Unit("lbf", Force, 4.448_221_615_260_5, 0.0),
    Unit("Nm", Torque, 1.0, 0.0), Unit("N·m", Torque, 1.0, 0.0), Unit("lbf·ft", Torque, 1.355_817_948_331, 0.0),
    Unit("%", Ratio, 0.01, 0.0), Unit("‰", Ratio, 0.001, 0.0), Unit("ppm", Ratio, 1e-6, 0.0),
    Unit("dB(A)", Sound, 1.0, 0.0), Unit("dBA", Sound, 1.0, 0.0),
    Unit("pcs", Count, 1.0, 0.0), Unit("pc", Count, 1.0, 0.0), Unit("pieces", Count, 1.0, 0.0),
    Unit("piece", Count, 1.0, 0.0), Unit("Stück", Count, 1.0, 0.0), Unit("Stk", Count, 1.0, 0.0), Unit("Stk.", Count, 1.0, 0.0),
    Unit("°", Angle, 1.0, 0.0), Unit("rad", Angle, 57.295_779_513_082_32, 0.0),
];

/// What a unit measures, and the amount told in the base unit of that; none where the unit is not known.
pub fn in_base(amount: f64, unit: &str) -> Option<(Quantity, f64)> {
    let plain: String = unit.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.replace("m3", "m³").replace("m2", "m²").replace('L', "l").replace('μ', "µ");
    let Unit(_, quantity, factor, zero) = UNITS.iter().find(|it| it.0 == plain)?;
    Some((*quantity, amount * factor + zero))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(amount: f64, unit: &str, other: f64, of: &str) -> bool {
        let ((first, left), (second, right)) = (in_base(amount, unit).unwrap(), in_base(other, of).unwrap());
        first == second && (left - right).abs() <= 1e-6 * left.abs().max(right.abs()).max(1.0)
    }

    #[test]
    fn the_same_amount_in_two_units_is_the_same() {
        assert!(close(4.5, "bar(g)", 450.0, "kPa") && close(1.0, "bar", 14.503_773_773, "psi"));
        assert!(
            close(1.0, "in", 25.4, "mm") && close(32.0, "°F", 0.0, "°C") && close(212.0, "°F", 373.15, "K")
        );
        assert!(close(60.0, "l/h", 1.0, "l/min") && close(1.0, "m3/h", 1000.0, "L/h"));
        assert!(close(1.013_25, "bar(a)", 0.0, "bar(g)"));
    }

    #[test]
    fn a_unit_that_nobody_knows_is_told_in_none() {
        assert_eq!(in_base(1.0, "horse length"), None);
        assert_ne!(in_base(1.0, "l/h").unwrap().0, in_base(1.0, "kg/h").unwrap().0);
    }

    #[test]
    fn every_unit_stands_once() {
        let mut names: Vec<_> = UNITS.iter().map(|it| it.0).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), UNITS.len());
    }
}
