//! Anna Brandvik: designer at Pike & Heron, two children. Her salary is in the studio's life.

use super::super::diary::Diary;
use super::super::life::Amount::{Between, Beyond, Exactly, OneOf, UpTo};
use super::super::life::End::{Ours, Outside};
use super::super::life::{Bill, Habit, Once, daily, shop_days, weekdays, weekends};
use super::super::people::Account;
use bank_contract::accounts::EntryKind::{CardPayment, DirectDebit, Incoming, Outgoing, Refund, Transfer};

pub(super) fn live(diary: &mut Diary) {
    diary.bills(Account::Anna, HOME);
    diary.bills(Account::Anna, SEASONS);
    diary.bills(Account::AnnaSavings, &[Bill::interest(175), HOLIDAY_COVER, LEAN_DAYS]);
    diary.habits(Account::Anna, FOOD);
    diary.habits(Account::Anna, FAMILY);
    diary.once(Account::Anna, ONCE);
    diary.once(Account::AnnaSavings, &[BICYCLE_COVER]);
}

#[rustfmt::skip]
const HOME: &[Bill] = &[
    Bill::new(1, Incoming, Outside("Jonas Brandvik"), Exactly(70_000), "My share of rent and food, {month}"),
    Bill::new(1, Outgoing, Outside("Ulmenhof Housing Cooperative"), Exactly(132_400), "Rent {month}, flat 7"),
    Bill::new(1, DirectDebit, Outside("City Transport"), Exactly(5_800), "Monthly pass {month}"),
    Bill::new(2, CardPayment, Outside("Streamwell"), Exactly(1_199), "Family plan").risen_from(999),
    Bill::new(3, DirectDebit, Outside("Lumina Energy"), Exactly(9_400), "Electricity, instalment {month}")
        .risen_from(8_700),
    Bill::new(4, DirectDebit, Outside("Fibrella Internet"), Exactly(3_990), "Connection {month}"),
    Bill::new(5, DirectDebit, Outside("Little Otters Day Care"), Exactly(26_400), "Nils, {month}"),
    Bill::new(6, DirectDebit, Outside("Talko Mobile"), Exactly(2_798), "Two lines, {month}"),
    Bill::new(8, DirectDebit, Outside("Brookside School Kitchen"), Exactly(6_200), "Ela, lunches {month}"),
    Bill::new(10, Incoming, Outside("Family Benefits Office"), Exactly(51_000), "Child benefit {month}, Ela and Nils"),
    Bill::new(12, DirectDebit, Outside("Haven Mutual Insurance"), Exactly(1_146), "Household contents, {month}"),
    Bill::new(17, CardPayment, Outside("Tonika Music"), Exactly(1_499), "Family plan"),
    Bill::new(27, Transfer, Ours(Account::AnnaSavings), Exactly(25_000), "Savings {month}"),
    Bill::new(28, Transfer, Ours(Account::AnnaSavings), Beyond { keep: 290_000, step: 5_000 }, "What was left over"),
    Bill::new(15, DirectDebit, Outside("Allegretto Music School"), Exactly(13_800), "Violin, Ela, {quarter}")
        .only_in(&[2, 5, 8, 11]),
    Bill::new(20, DirectDebit, Outside("Otterbach Swimming Club"), Exactly(5_400), "Half-yearly fee, two children")
        .only_in(&[3, 9]),
    Bill::new(14, DirectDebit, Outside("Haven Mutual Insurance"), Exactly(14_820), "Accident insurance, one year")
        .only_in(&[1]),
];

/// Summer by the sea, and presents in December.
#[rustfmt::skip]
const SEASONS: &[Bill] = &[
    Bill::new(2, CardPayment, Outside("Dune Grass Holiday Homes"), Exactly(21_500), "Deposit, booking {nr}")
        .only_in(&[3]),
    Bill::new(9, CardPayment, Outside("Dune Grass Holiday Homes"), Exactly(64_500), "Balance, booking {nr}")
        .only_in(&[7]),
    Bill::new(18, CardPayment, Outside("Coastline Ferries"), Exactly(11_240), "Two adults, two children").only_in(&[7]),
    Bill::new(19, CardPayment, Outside("The Herring Shack"), Exactly(5_860), "").only_in(&[7]),
    Bill::new(22, CardPayment, Outside("Lighthouse Museum"), Exactly(2_400), "").only_in(&[7]),
    Bill::new(5, CardPayment, Outside("Pakaro"), Exactly(8_745), "Order {nr}").only_in(&[12]),
    Bill::new(11, CardPayment, Outside("The Wooden Train"), Exactly(6_490), "").only_in(&[12]),
    Bill::new(18, CardPayment, Outside("Larkspur Books"), Exactly(5_235), "").only_in(&[12]),
];

#[rustfmt::skip]
const FOOD: &[Habit] = &[
    Habit::card([0, 0, 0, 0, 0, 850, 0], (9, 12),
        &[Outside("Marketon"), Outside("Green Crate")], Between(6_200, 14_100)),
    Habit::card(weekdays(310), (16, 18),
        &[Outside("Marketon"), Outside("Corner Larder"), Ours(Account::Barley)], Between(740, 3_680)),
    Habit::card([0, 0, 0, 0, 0, 150, 600], (8, 10), &[Outside("Cornflower Bakery")], Between(480, 1_460)),
    Habit::card([0, 250, 350, 250, 350, 0, 0], (12, 14),
        &[Ours(Account::Barley)], OneOf(&[340, 420, 680, 790, 890, 1_140])),
    Habit::card([0, 0, 0, 0, 240, 200, 0], (18, 20), &[Outside("Pho Lotus Corner"), Outside("Four Chairs Pizzeria"),
        Outside("Taverna Kalithea")], Between(2_900, 8_400)),
    Habit::card(weekends(160), (14, 17), &[Outside("Gelateria Pinguino")], OneOf(&[360, 540, 720, 900])),
];

#[rustfmt::skip]
const FAMILY: &[Habit] = &[
    Habit::card(shop_days(48), (9, 17), &[Outside("Lime Tree Pharmacy")], Between(495, 3_450)),
    Habit::card(shop_days(65), (10, 18), &[Outside("Drogelle")], Between(690, 4_120)),
    Habit::card(shop_days(30), (10, 18),
        &[Outside("Little Acorn Clothes"), Outside("Stride Shoes")], Between(1_490, 7_990)),
    Habit::card(weekends(180), (10, 15), &[Outside("Otterbach Pool"), Outside("Luna Cinema"),
        Outside("Fir Lake Wildlife Park")], OneOf(&[1_250, 1_680, 2_400, 2_950, 3_300])),
    Habit::card(daily(40), (8, 19), &[Outside("Rollio Car Share")], Between(980, 5_200)),
    Habit::card(daily(40), (19, 22), &[Outside("Pakaro"), Outside("Thread & Button Online")], Between(1_290, 7_400))
        .of(CardPayment, &["Order {nr}"]),
    Habit::card(weekdays(20), (9, 17), &[Outside("Salon Margarethe")], OneOf(&[2_400, 3_900, 6_800])),
    Habit::card(shop_days(18), (10, 18), &[Outside("Larkspur Books")], Between(890, 3_200)),
    Habit::cash_out(shop_days(40), &[4_000, 5_000, 8_000]),
    Habit::card([0, 0, 0, 0, 350, 250, 0], (22, 23), &[Ours(Account::Tiago)], OneOf(&[2_800, 3_500, 4_200]))
        .of(Transfer, &["Babysitting tonight, the children adore you", "For this evening, thank you so much",
            "Babysitting, and sorry we were late", "Thank you for staying with Ela and Nils"]),
    Habit::card([0, 0, 0, 450, 0, 0, 0], (17, 18), &[Ours(Account::Mirela)], Exactly(2_800))
        .of(Transfer, &["French lesson, Ela", "Ela’s French lesson", "French, one hour"]),
    Habit::card(weekdays(22), (9, 17), &[Outside("Sofie Kranz"), Outside("Marta Oliveira")], Between(850, 3_400))
        .of(Incoming, &["Your half of the present for Maja", "For the cinema tickets", "Cake stall, your share",
            "Lift to the lake"]),
    Habit::card(weekdays(18), (18, 20), &[Outside("Parents of class 3b"), Outside("Sofie Kranz")], Between(500, 2_500))
        .of(Outgoing, &["School trip, Ela", "Present for the teacher", "Summer party, our share"]),
];

#[rustfmt::skip]
const ONCE: &[Once] = &[
    Once::new(156, (10, 22), CardPayment, Outside("Stride Shoes"), Exactly(7_995), "Order 30418"),
    Once::new(147, (4, 50), Refund, Outside("Stride Shoes"), Exactly(7_995), "Returned: order 30418"),
    Once::new(64, (10, 8), CardPayment, Outside("Velora Bicycles"), Exactly(134_900), "Touring bicycle"),
    Once::new(62, (12, 31), CardPayment, Outside("Velora Bicycles"), Exactly(6_480), "Lock and lights"),
    Once::new(38, (13, 5), CardPayment, Outside("Little Acorn Clothes"), Exactly(6_450), "Order 71126"),
    Once::new(29, (4, 17), Refund, Outside("Little Acorn Clothes"), Exactly(2_990),
        "Returned: winter boots, order 71126"),
];

/// The bicycle comes out of what was put by for it.
#[rustfmt::skip]
const BICYCLE_COVER: Once = Once::new(
    64, (9, 41), Transfer, Ours(Account::Anna), Exactly(135_000), "For the bicycle",
);

#[rustfmt::skip]
const HOLIDAY_COVER: Bill = Bill::new(
    8, Transfer, Ours(Account::Anna), UpTo { have: 240_000, step: 5_000 }, "For the summer holiday",
)
.only_in(&[7])
.early();

/// The last week before the salary, if there is too little left.
#[rustfmt::skip]
const LEAN_DAYS: Bill = Bill::new(
    18, Transfer, Ours(Account::Anna), UpTo { have: 40_000, step: 10_000 }, "Until the salary comes",
)
.early();
