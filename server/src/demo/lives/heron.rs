//! Pike & Heron Design: a studio of five. Employs Anna, buys texts from Mirela, draws the café's menus.

use super::super::diary::Diary;
use super::super::life::Amount::{Between, Beyond, Exactly};
use super::super::life::End::{Ours, Outside};
use super::super::life::{Bill, Habit, Once, weekdays};
use super::super::people::Account;
use bank_contract::accounts::EntryKind::{CardPayment, DirectDebit, Incoming, Outgoing, Refund, Transfer};

pub(super) fn live(diary: &mut Diary) {
    diary.bills(Account::Heron, HOUSE);
    diary.bills(Account::Heron, STAFF);
    diary.bills(Account::HeronReserve, &[Bill::interest(90)]);
    diary.habits(Account::Heron, CLIENTS);
    diary.habits(Account::Heron, WORK);
    diary.once(Account::Heron, ONCE);
}

#[rustfmt::skip]
const HOUSE: &[Bill] = &[
    Bill::new(1, Outgoing, Outside("Granary Court Offices"), Exactly(132_000), "Studio rent {month}"),
    Bill::new(2, CardPayment, Outside("Glyphstack"), Exactly(7_497), "Design software, three seats").risen_from(6_297),
    Bill::new(3, DirectDebit, Outside("Lumina Energy"), Exactly(11_800), "Electricity, instalment {month}"),
    Bill::new(5, Incoming, Outside("Harbour Museum"), Exactly(240_000), "Retainer {month}"),
    Bill::new(6, DirectDebit, Outside("Fibrella Internet"), Exactly(5_990), "Business line {month}"),
    Bill::new(9, CardPayment, Outside("Cloudshelf"), Exactly(2_390), "Storage, five seats"),
    Bill::new(10, Outgoing, Outside("Tax Office"), Between(190_000, 270_000), "VAT return {month}"),
    Bill::new(12, DirectDebit, Outside("Haven Mutual Insurance"), Exactly(8_640), "Office and liability, {month}"),
    Bill::new(14, DirectDebit, Outside("Roost Accounting"), Exactly(24_000), "Bookkeeping and payroll {month}"),
    Bill::new(18, CardPayment, Outside("Fontarium"), Exactly(1_900), "Type library"),
    Bill::new(20, Transfer, Ours(Account::HeronReserve), Exactly(100_000), "Reserve {month}"),
];

#[rustfmt::skip]
const STAFF: &[Bill] = &[
    Bill::new(25, Transfer, Ours(Account::Anna), Exactly(241_238), "Salary {month}").early(),
    Bill::new(25, Outgoing, Outside("Henrik Aasland"), Exactly(287_615), "Salary {month}").early(),
    Bill::new(25, Outgoing, Outside("Zofia Marczak"), Exactly(229_460), "Salary {month}").early(),
    Bill::new(27, DirectDebit, Outside("Aurea Health Fund"), Exactly(346_000), "Social contributions {month}"),
    Bill::new(29, Outgoing, Outside("Iris Pike"), Beyond { keep: 2_200_000, step: 50_000 }, "Partners’ draw {month}"),
];

const CLIENTS: &[Habit] = &[Habit::card(
    weekdays(400),
    (4, 5),
    &[
        Outside("Alder Brook Dairy"),
        Outside("Overland Rail"),
        Outside("Theatre on the Weir"),
        Outside("Velora Bicycles"),
        Outside("Norrland Timber Houses"),
        Outside("Kestrel Pharma"),
    ],
    Between(98_000, 462_000),
)
.of(
    Incoming,
    &[
        "Invoice {nr}",
        "Invoice {nr}, brand guidelines",
        "Invoice {nr}, website",
        "Invoice {nr}, posters",
        "Invoice {nr}, annual report",
        "Invoice {nr}, signs and lettering",
    ],
)];

#[rustfmt::skip]
const WORK: &[Habit] = &[
    Habit::card(weekdays(80), (10, 14), &[Outside("Fold & Sheet Printers")], Between(12_000, 64_000))
        .of(Outgoing, &["Invoice {nr}", "Invoice {nr}, proofs"]),
    Habit::card(weekdays(90), (8, 18), &[Outside("Overland Rail")], Between(2_390, 11_800))
        .of(CardPayment, &["Booking {nr}"]),
    Habit::card(weekdays(180), (12, 13), &[Ours(Account::Barley)], Between(1_420, 5_260)),
    Habit::card(weekdays(50), (10, 17), &[Outside("Quillwright Stationery"), Outside("Pakaro")], Between(890, 7_600)),
    Habit::card(weekdays(45), (9, 16),
        &[Outside("Post & Parcel"), Outside("Swift Wheels Couriers")], Between(690, 2_850)),
    Habit::card(weekdays(30), (10, 14),
        &[Outside("Anselm Ruiz Photography"), Outside("Maike Dolan, Illustration")], Between(34_000, 90_000))
        .of(Outgoing, &["Invoice {nr}", "Invoice {nr}, with thanks"]),
    Habit::card(weekdays(40), (10, 16), &[Ours(Account::Mirela)], Between(18_000, 46_000))
        .of(Transfer, &["Invoice {nr}, English texts", "Invoice {nr}, proofreading"]),
    Habit::card(weekdays(22), (15, 17), &[Ours(Account::Anna)], Between(1_850, 12_400))
        .of(Transfer, &["Travel expenses, client visit", "Expenses, train and lunch", "Expenses, paper samples"]),
    Habit::card(weekdays(20), (18, 20),
        &[Outside("Four Chairs Pizzeria"), Outside("Pho Lotus Corner")], Between(5_800, 16_400)),
];

const INVOICE_TWICE: &str = "Invoice 20417, audio guide in three languages";

#[rustfmt::skip]
const ONCE: &[Once] = &[
    Once::new(123, (11, 15), CardPayment, Outside("Circuit & Key"), Exactly(214_900), "Two monitors"),
    Once::new(116, (4, 22), Refund, Outside("Circuit & Key"), Exactly(9_900), "Stand returned"),
    Once::new(22, (10, 5), Outgoing, Outside("Harbour Trade Fair"), Exactly(68_000), "Stand 14, deposit"),
    Once::new(24, (10, 5), Transfer, Ours(Account::Mirela), Exactly(38_600), INVOICE_TWICE),
    Once::new(22, (16, 48), Transfer, Ours(Account::Mirela), Exactly(38_600), INVOICE_TWICE)
        .to_be_sent_back("paid-twice"),
];
