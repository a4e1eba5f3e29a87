//! Tiago Belmonte: studies, lodges with Mirela, works at Barley & Thyme. His wages are in the café's life.

use super::super::diary::Diary;
use super::super::life::Amount::{Between, Beyond, Exactly, OneOf, UpTo};
use super::super::life::End::{Ours, Outside};
use super::super::life::{Bill, Habit, Once, daily, shop_days, weekdays};
use super::super::people::Account;
use bank_contract::accounts::EntryKind::{CardPayment, DirectDebit, Incoming, Outgoing, Refund, Transfer};

pub(super) fn live(diary: &mut Diary) {
    diary.bills(Account::Tiago, BILLS);
    diary.bills(Account::TiagoSavings, &[Bill::interest(175), FEE_COVER, LEAN_DAYS]);
    diary.habits(Account::Tiago, FOOD);
    diary.habits(Account::Tiago, TOWN);
    diary.once(Account::Tiago, ONCE);
    diary.once(Account::TiagoSavings, &[LAPTOP_COVER]);
}

#[rustfmt::skip]
const BILLS: &[Bill] = &[
    Bill::new(1, Transfer, Ours(Account::Mirela), Exactly(43_000), "Room, {month}"),
    Bill::new(2, Incoming, Outside("Helena Belmonte"), Exactly(20_000), "For you, eat properly. Kisses, Mum"),
    Bill::new(4, CardPayment, Outside("Streamwell"), Exactly(799), "Student plan").risen_from(599),
    Bill::new(7, DirectDebit, Outside("Talko Mobile"), Exactly(899), "Small plan, {month}"),
    Bill::new(9, DirectDebit, Outside("Ironworks Gym"), Exactly(1_990), "Membership {month}"),
    Bill::new(15, DirectDebit, Outside("Aurea Health Fund"), Exactly(12_430), "Student health insurance, {month}"),
    Bill::new(21, CardPayment, Outside("Tonika Music"), Exactly(599), "Student plan"),
    Bill::new(3, Transfer, Ours(Account::TiagoSavings), Exactly(4_000), "A little every month"),
    Bill::new(29, Transfer, Ours(Account::TiagoSavings), Beyond { keep: 78_000, step: 1_000 },
        "Still there at the end"),
    Bill::new(30, Incoming, Outside("Student Grants Office"), Exactly(41_000), "Grant {month}"),
    Bill::new(20, DirectDebit, Outside("University Cashier"), Exactly(31_840), "Semester fee").only_in(&[2, 8]),
];

/// The day before the semester fee is taken.
#[rustfmt::skip]
const FEE_COVER: Bill = Bill::new(
    19, Transfer, Ours(Account::Tiago), UpTo { have: 46_000, step: 1_000 }, "For the semester fee",
)
.only_in(&[2, 8])
.early();

/// Before the health insurance is due, if there is too little left.
#[rustfmt::skip]
const LEAN_DAYS: Bill = Bill::new(
    13, Transfer, Ours(Account::Tiago), UpTo { have: 26_000, step: 1_000 }, "To get through the month",
)
.early();

#[rustfmt::skip]
const FOOD: &[Habit] = &[
    Habit::card(weekdays(450), (12, 13), &[Outside("University Canteen")], OneOf(&[285, 310, 345, 395, 460, 520])),
    Habit::card(shop_days(300), (16, 20), &[Outside("Pricely Supermarket"), Outside("Corner Larder"),
        Outside("Pricely Supermarket")], Between(460, 2_750)),
    Habit::card([0, 120, 120, 150, 450, 450, 200], (18, 21),
        &[Outside("Falafel Simsim"), Outside("Four Chairs Pizzeria"), Outside("Noodle Yard")], Between(590, 1_480)),
    Habit::card([0, 0, 100, 250, 350, 350, 0], (20, 23),
        &[Outside("The Blue Lantern"), Outside("Bar Zufall")], Between(850, 2_850)),
    Habit::card(weekdays(150), (9, 16), &[Outside("Coffee Hatch")], OneOf(&[240, 280, 320, 390])),
];

#[rustfmt::skip]
const TOWN: &[Habit] = &[
    Habit::card([0, 0, 0, 0, 0, 100, 500], (11, 17), &[Outside("Bubbles Laundrette")], OneOf(&[450, 600, 900])),
    Habit::card(daily(22), (8, 18), &[Outside("Longway Coaches")], OneOf(&[1_399, 1_799, 2_299, 2_999])),
    Habit::card(shop_days(22), (10, 17),
        &[Outside("Larkspur Books"), Outside("University Bookshop")], Between(790, 3_600)),
    Habit::card(daily(32), (19, 20), &[Outside("Luna Cinema")], OneOf(&[850, 990])),
    Habit::card(weekdays(60), (9, 17), &[Outside("Copy & Bind")], Between(60, 720)),
    Habit::card(shop_days(12), (10, 17), &[Outside("Spoke Doctor")], Between(900, 4_200)),
    Habit::card(shop_days(16), (9, 18), &[Outside("Lime Tree Pharmacy")], Between(395, 1_650)),
    Habit::card(daily(14), (13, 22), &[Outside("Pixel Barn")], OneOf(&[499, 999, 1_499]))
        .of(CardPayment, &["Order {nr}"]),
    Habit::cash_out(shop_days(30), &[1_000, 2_000, 3_000]),
    Habit::card(daily(32), (12, 22), &[Outside("Lukas Amsel"), Outside("Yara Haddad")], Between(450, 2_200))
        .of(Incoming, &["Pizza on Sunday", "Half of the cinema", "For the printer paper", "You paid last time",
            "Concert, thanks!"]),
    Habit::card(daily(32), (12, 22), &[Outside("Lukas Amsel"), Outside("Yara Haddad")], Between(450, 2_400))
        .of(Outgoing, &["My part of the shopping", "Coach to the lake", "Football tickets", "Present for Yara",
            "Rent a van, my third"]),
];

/// More than is ever in the everyday account at once.
const LAPTOP: i64 = 154_900;

#[rustfmt::skip]
const LAPTOP_COVER: Once = Once::new(
    9, (16, 51), Transfer, Ours(Account::Tiago), Exactly(155_000), "For the laptop after all",
);

#[rustfmt::skip]
const ONCE: &[Once] = &[
    Once::new(9, (16, 42), CardPayment, Outside("Circuit & Key"), Exactly(LAPTOP), "Laptop, 14 inches"),
    Once::new(9, (16, 58), CardPayment, Outside("Circuit & Key"), Exactly(LAPTOP), "Laptop, 14 inches"),
    Once::new(131, (18, 11), CardPayment, Outside("Longway Coaches"), Exactly(2_999), "Booking 88213"),
    Once::new(125, (4, 33), Refund, Outside("Longway Coaches"), Exactly(2_999), "Cancelled: booking 88213"),
    Once::new(17, (21, 24), Transfer, Ours(Account::Anna), Exactly(1_450), "You sent too much, the pizza was on me"),
];
