//! The real ledger against a model of it: whatever happens, and in whatever order, both give the same answers and
//! come to the same balances. `PROPTEST_CASES` asks for more; seeds that failed are kept and tried first.

mod ledger;
mod orders;
mod plan;
mod real;
mod steps;
mod tables;
mod words;

use plan::Transition;
use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};
use real::Real;
use steps::{CUSTOMERS, World};

/// Cases of a run that asks for no other number: some seconds.
const CASES: u32 = 16;

struct Model;

impl ReferenceStateMachine for Model {
    type State = World;
    type Transition = Transition;

    fn init_state() -> BoxedStrategy<World> {
        let money = prop_oneof![1 => Just(0_i64), 3 => 1_000..=20_000_i64];
        proptest::collection::vec(money, CUSTOMERS)
            .prop_map(|money| World::new(&money))
            .boxed()
    }

    fn transitions(_: &World) -> BoxedStrategy<Transition> {
        plan::transition().boxed()
    }

    fn apply(world: World, transition: &Transition) -> World {
        world.apply(transition)
    }
}

impl StateMachineTest for Model {
    type SystemUnderTest = Real;
    type Reference = Self;

    fn init_test(world: &World) -> Real {
        let real = Real::open();
        real.take(&world.step);
        real
    }

    fn apply(real: Real, world: &World, _: Transition) -> Real {
        real.take(&world.step);
        real
    }

    fn check_invariants(real: &Real, world: &World) {
        real.compare(world);
    }

    fn teardown(real: Real, _: World) {
        real.close();
    }
}

fn config() -> ProptestConfig {
    let asked = std::env::var_os("PROPTEST_CASES").is_some();
    let config = ProptestConfig {
        max_shrink_iters: 400,
        ..ProptestConfig::default()
    };
    if asked {
        config
    } else {
        ProptestConfig { cases: CASES, ..config }
    }
}

prop_state_machine! {
    #![proptest_config(config())]

    #[test]
    fn the_ledger_and_its_model_agree_on_every_answer_and_every_balance(sequential 1..32 => Model);
}
