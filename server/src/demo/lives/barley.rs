//! Barley & Thyme Café: a café with a grocer's shelf. Its neighbours pay by card straight into its account.

use super::super::diary::Diary;
use super::super::life::Amount::{Between, Beyond, Exactly, OneOf};
use super::super::life::End::{CashDesk, Ours, Outside};
use super::super::life::{Bill, Habit, Once, shop_days, weekdays};
use super::super::people::Account;
use bank_contract::accounts::EntryKind::{CardPayment, Deposit, DirectDebit, Incoming, Outgoing, Refund, Transfer};

pub(super) fn live(diary: &mut Diary) {
    diary.bills(Account::Barley, HOUSE);
    diary.bills(Account::Barley, STAFF);
    diary.bills(Account::BarleyReserve, &[Bill::interest(90)]);
    diary.habits(Account::Barley, TAKINGS);
    diary.habits(Account::Barley, SUPPLIERS);
    diary.once(Account::Barley, ONCE);
}

#[rustfmt::skip]
const HOUSE: &[Bill] = &[
    Bill::new(1, Outgoing, Outside("Mary’s Yard Properties"), Exactly(218_000), "Rent {month}, shop and cellar"),
    Bill::new(2, DirectDebit, Outside("Kassaro Payments"), Exactly(3_900), "Two card terminals, {month}")
        .risen_from(3_400),
    Bill::new(3, DirectDebit, Outside("Lumina Energy"), Exactly(48_600), "Electricity and gas, {month}")
        .risen_from(45_100),
    Bill::new(5, DirectDebit, Outside("Municipal Waste Services"), Exactly(7_420), "Commercial bins, {month}"),
    Bill::new(6, DirectDebit, Outside("Fibrella Internet"), Exactly(4_490), "Connection {month}"),
    Bill::new(10, Outgoing, Outside("Tax Office"), Between(98_000, 142_000), "VAT return {month}"),
    Bill::new(12, DirectDebit, Outside("Haven Mutual Insurance"), Exactly(13_170), "Business insurance, {month}"),
    Bill::new(14, DirectDebit, Outside("Roost Accounting"), Exactly(18_900), "Bookkeeping {month}"),
    Bill::new(19, CardPayment, Outside("Tonika Music"), Exactly(2_990), "Music for public places"),
    Bill::new(20, Transfer, Ours(Account::BarleyReserve), Exactly(60_000), "Set aside, {month}"),
    Bill::new(17, Transfer, Ours(Account::Heron), Exactly(89_000), "Invoice {nr}, menus and window lettering")
        .only_in(&[3, 9]),
    Bill::new(22, DirectDebit, Outside("Public Health Office"), Exactly(14_600), "Yearly inspection").only_in(&[4]),
];

#[rustfmt::skip]
const STAFF: &[Bill] = &[
    Bill::new(27, DirectDebit, Outside("Aurea Health Fund"), Exactly(141_800), "Social contributions {month}"),
    Bill::new(28, Transfer, Ours(Account::Tiago), Between(47_600, 58_900), "Wages {month}").early(),
    Bill::new(28, Outgoing, Outside("Leonie Achterberg"), Exactly(184_210), "Wages {month}").early(),
    Bill::new(28, Outgoing, Outside("Emeka Obi"), Exactly(169_540), "Wages {month}").early(),
    Bill::new(30, Outgoing, Outside("Nadia Thorvald"), Beyond { keep: 820_000, step: 10_000 }, "Owner’s draw {month}"),
];

#[rustfmt::skip]
const TAKINGS: &[Habit] = &[
    Habit::card([1_000, 0, 0, 0, 0, 0, 0], (4, 5), &[Outside("Kassaro Payments")], Between(112_000, 204_000))
        .of(Incoming, &["Card takings Friday to Sunday, settlement {nr}"]),
    Habit::card([0, 1_000, 1_000, 1_000, 1_000, 0, 0], (4, 5), &[Outside("Kassaro Payments")], Between(51_000, 98_000))
        .of(Incoming, &["Card takings, settlement {nr}"]),
    Habit::card([900, 0, 0, 0, 0, 0, 0], (9, 10),
        &[CashDesk], OneOf(&[45_500, 52_000, 61_000, 68_500, 74_000, 83_500, 96_000]))
        .of(Deposit, &[""]),
    Habit::card(weekdays(40), (4, 5),
        &[Outside("Weir Lane Primary School"), Outside("Chamber Hall"), Outside("Kestrel Pharma")], Between(12_000, 48_000))
        .of(Incoming, &["Catering, invoice {nr}", "Buffet, your invoice {nr}"]),
];

#[rustfmt::skip]
const SUPPLIERS: &[Habit] = &[
    Habit::card([0, 500, 0, 0, 0, 0, 0], (10, 11), &[Outside("Half Moon Coffee Roasters")], Between(38_000, 69_000))
        .of(Outgoing, &["Invoice {nr}, beans"]),
    Habit::card([0, 0, 0, 950, 0, 0, 0], (6, 6), &[Outside("Alder Brook Dairy")], Between(16_400, 29_200))
        .of(DirectDebit, &["Delivery note {nr}"]),
    Habit::card([0, 900, 0, 200, 0, 900, 0], (6, 7), &[Outside("Greenway Produce Market")], Between(12_500, 34_400)),
    Habit::card([0, 0, 0, 0, 950, 0, 0], (11, 12), &[Outside("Flour & Ember Bakery")], Between(18_200, 32_500))
        .of(Outgoing, &["Bread and cakes, invoice {nr}"]),
    Habit::card(weekdays(80), (10, 12),
        &[Outside("Casa Romarin Delicatessen"), Outside("Vineyard Silberberg")], Between(6_400, 23_800))
        .of(Outgoing, &["Invoice {nr}", "Order {nr}, thank you"]),
    Habit::card(weekdays(35), (13, 16), &[Outside("Paperwren Packaging")], Between(3_900, 14_500))
        .of(CardPayment, &["Order {nr}"]),
    Habit::card(shop_days(25), (8, 17),
        &[Outside("Hammer & Hinge Hardware"), Outside("Kitchen Depot Lauer")], Between(1_250, 8_900)),
    Habit::card([0, 0, 0, 0, 120, 0, 0], (14, 16), &[Outside("Petal Street Flowers")], OneOf(&[1_800, 2_400, 3_200])),
    Habit::cash_out([0, 60, 0, 0, 0, 0, 0], &[20_000, 30_000]),
];

#[rustfmt::skip]
const ONCE: &[Once] = &[
    Once::new(188, (9, 30), Outgoing, Outside("Frostline Refrigeration"), Exactly(41_650),
        "Repair of the display fridge"),
    Once::new(118, (13, 12), CardPayment, Outside("Kitchen Depot Lauer"), Exactly(126_900), "Espresso grinder"),
    Once::new(44, (13, 40), CardPayment, Outside("Paperwren Packaging"), Exactly(18_340), "Order 55290"),
    Once::new(39, (4, 55), Refund, Outside("Paperwren Packaging"), Exactly(4_120), "Damaged cups, order 55290"),
];
