//! Mirela Dragan: translates, draws a small pension, lets a room to Tiago, and has clients who pay in dollars.

use super::super::diary::Diary;
use super::super::life::Amount::{Between, Beyond, Exactly, OneOf};
use super::super::life::End::{CashDesk, Ours, Outside};
use super::super::life::{Bill, Habit, Once, daily, shop_days, weekdays};
use super::super::people::Account;
use bank_contract::accounts::EntryKind::{CardPayment, Deposit, DirectDebit, Incoming, Outgoing, Refund, Transfer};

pub(super) fn live(diary: &mut Diary) {
    diary.bills(Account::Mirela, BILLS);
    diary.bills(Account::MirelaSavings, &[Bill::interest(175)]);
    diary.bills(Account::MirelaDollars, DOLLAR_BILLS);
    diary.habits(Account::Mirela, WORK);
    diary.habits(Account::Mirela, DAYS);
    diary.habits(Account::MirelaDollars, DOLLARS);
    diary.once(Account::Mirela, ONCE);
    // The studio paid one invoice twice: in its life, two days before.
    diary.send_back(Account::Mirela, 20, (17, 52), Account::Heron, "paid-twice");
}

#[rustfmt::skip]
const BILLS: &[Bill] = &[
    Bill::new(2, CardPayment, Outside("Streamwell"), Exactly(1_199), "Standard plan").risen_from(999),
    Bill::new(3, Outgoing, Outside("Birch Court Owners’ Association"), Exactly(41_200),
        "Service charge {month}, no. 9"),
    Bill::new(4, DirectDebit, Outside("Lumina Energy"), Exactly(6_900), "Electricity, instalment {month}")
        .risen_from(6_300),
    Bill::new(6, DirectDebit, Outside("Fibrella Internet"), Exactly(3_490), "Connection {month}"),
    Bill::new(8, DirectDebit, Outside("Talko Mobile"), Exactly(1_499), "Medium plan, {month}"),
    Bill::new(11, DirectDebit, Outside("The Lantern Post"), Exactly(2_990), "Daily paper, {month}").risen_from(2_690),
    Bill::new(12, DirectDebit, Outside("Haven Mutual Insurance"), Exactly(2_380), "Professional liability, {month}"),
    Bill::new(15, DirectDebit, Outside("Aurea Health Fund"), Exactly(29_175), "Health insurance {month}"),
    Bill::new(20, Outgoing, Outside("Wren Hill Animal Shelter"), Exactly(1_500), "Monthly gift, for the old cats"),
    Bill::new(26, Transfer, Ours(Account::MirelaSavings), Exactly(20_000), "Every month"),
    Bill::new(28, Incoming, Outside("State Pension Office"), Exactly(76_820), "Pension {month}").early(),
    Bill::new(29, Transfer, Ours(Account::MirelaSavings), Beyond { keep: 380_000, step: 10_000 }, "Put by"),
    Bill::new(10, Outgoing, Outside("Tax Office"), Exactly(84_500), "Income tax prepayment, {quarter}")
        .only_in(&[3, 6, 9, 12]),
    Bill::new(18, DirectDebit, Outside("Chamber of Translators"), Exactly(16_400), "Yearly membership").only_in(&[1]),
    Bill::new(6, Outgoing, Outside("Ilinca Dragan"), Exactly(10_000), "Happy birthday from Grandma").only_in(&[5]),
    Bill::new(21, Outgoing, Outside("Ilinca Dragan"), Exactly(15_000), "For your skis. Hugs, Grandma").only_in(&[12]),
];

#[rustfmt::skip]
const WORK: &[Habit] = &[
    Habit::card(weekdays(125), (4, 5),
        &[
            Outside("Verlag am Nordufer"), Outside("Kestrel Pharma"), Outside("Éditions du Vieux Port"),
            Outside("Court of Appeal, Cashier"),
        ],
        Between(28_000, 98_000))
        .of(Incoming, &["Invoice {nr}", "Invoice {nr}, translation", "Your invoice {nr}, with thanks"]),
    Habit::card(weekdays(25), (9, 16), &[Outside("Post & Parcel")], OneOf(&[370, 549, 1_049])),
    Habit::card(weekdays(16), (10, 16), &[Outside("Quillwright Stationery")], Between(690, 4_300)),
];

#[rustfmt::skip]
const DAYS: &[Habit] = &[
    Habit::card(shop_days(340), (9, 12),
        &[Outside("Corner Larder"), Outside("Marketon"), Outside("Green Crate")], Between(590, 3_450)),
    Habit::card([0, 0, 0, 0, 0, 700, 0], (8, 11), &[Outside("Farmers’ Market, Anna Square")], Between(1_050, 3_300)),
    Habit::card([0, 300, 200, 300, 200, 250, 0], (10, 15),
        &[Ours(Account::Barley)], OneOf(&[340, 420, 520, 760, 980, 1_260])),
    Habit::card(shop_days(45), (11, 17),
        &[Outside("Larkspur Books"), Outside("Antiquarian Feather & Ink")], Between(850, 3_900)),
    Habit::card([0, 0, 60, 90, 110, 110, 40], (18, 19),
        &[Outside("Theatre on the Weir"), Outside("Chamber Hall")], OneOf(&[1_800, 2_600, 3_400, 4_800])),
    Habit::card(shop_days(70), (9, 17), &[Outside("Lime Tree Pharmacy")], Between(480, 4_150)),
    Habit::card(daily(45), (7, 18), &[Outside("Overland Rail")], OneOf(&[1_290, 2_390, 3_790, 5_990]))
        .of(CardPayment, &["Booking {nr}", ""]),
    Habit::card(shop_days(28), (10, 17), &[Outside("Green Thumb Nursery")], Between(690, 4_900)),
    Habit::card([0, 0, 60, 60, 110, 130, 130], (12, 20),
        &[Outside("Taverna Kalithea"), Outside("The Herring Shack")], Between(1_650, 5_200)),
    Habit::card(weekdays(20), (9, 16), &[Outside("Salon Margarethe")], OneOf(&[3_200, 5_400])),
    Habit::card(daily(60), (8, 19), &[Outside("City Transport")], OneOf(&[320, 640, 880])),
    Habit::cash_out(shop_days(38), &[10_000, 15_000, 20_000]),
];

#[rustfmt::skip]
const DOLLAR_BILLS: &[Bill] = &[
    Bill::new(12, Incoming, Outside("Harrow & Quill Press"), Between(31_000, 64_000),
        "Invoice {nr}, literary translation"),
    Bill::new(3, CardPayment, Outside("Lexicora"), Exactly(3_900), "Translation memory").risen_from(3_400),
    Bill::new(16, CardPayment, Outside("Cloudshelf"), Exactly(699), "Storage, one seat"),
    Bill::new(8, CardPayment, Outside("Translators’ Congress"), Exactly(39_500), "Ticket {nr}").only_in(&[4]),
    Bill::new(9, CardPayment, Outside("Skylark Air"), Exactly(58_340), "Booking {nr}").only_in(&[4]),
    Bill::new(17, CardPayment, Outside("Meridian Bay Hotel"), Exactly(61_275), "Four nights").only_in(&[5]),
    Bill::new(16, CardPayment, Outside("Cedar & Salt"), Exactly(5_480), "").only_in(&[5]),
    Bill::new(15, CardPayment, Outside("Yellow Top Cabs"), Exactly(4_150), "").only_in(&[5]),
];

#[rustfmt::skip]
const DOLLARS: &[Habit] = &[
    Habit::card(daily(50), (19, 22), &[Outside("Secondhand Spines"), Outside("Papyra Books")], Between(790, 4_600))
        .of(CardPayment, &["Order {nr}"]),
    Habit::card(daily(10), (15, 20), &[Outside("Wordsmith Guild")], OneOf(&[2_500, 4_900])),
];

#[rustfmt::skip]
const ONCE: &[Once] = &[
    Once::new(212, (11, 20), CardPayment, Outside("Green Thumb Nursery"), Exactly(18_950), "Garden bench"),
    Once::new(206, (4, 41), Refund, Outside("Green Thumb Nursery"), Exactly(3_000),
        "Delivered late, with our apologies"),
    Once::new(96, (10, 17), CardPayment, Outside("Clearview Opticians"), Exactly(32_400), "Reading glasses"),
    Once::new(33, (11, 4), Deposit, CashDesk, Exactly(24_000), ""),
    Once::new(12, (18, 20), Transfer, Ours(Account::Tiago), Exactly(3_600), "For carrying the bookcase upstairs. M."),
];
