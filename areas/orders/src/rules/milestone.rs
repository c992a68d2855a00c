//! How far an order is, in the words of the customer.

use kernel::{Text, text};

use crate::model::OrderSort;
use crate::model::OrderSort::{Goods, Service};
use crate::model::OrderState::{
    self, Accepted, Cancelled, Declined, Delivered, Ended, InProduction, PartDelivered, Received, Running,
};

/// The milestones that an order of this sort passes, in their order.
pub fn way_of(sort: OrderSort) -> &'static [OrderState] {
    match sort {
        Goods => &[Received, Accepted, InProduction, PartDelivered, Delivered],
        Service => &[Received, Accepted, Running, Ended],
    }
}

/// What a customer is told of a state.
pub fn in_their_words(state: OrderState, sort: OrderSort) -> Text {
    match (state, sort) {
        (Received, _) => text!("We have your order and are looking at it. Nothing is confirmed yet."),
        (Accepted, Goods) => text!("Your order is confirmed."),
        (Accepted, Service) => text!("Your contract is confirmed."),
        (InProduction, _) => text!("Your order is being made."),
        (PartDelivered, _) => text!("A part of your order was delivered; the rest follows."),
        (Delivered, _) => text!("Your order was delivered."),
        (Running, _) => text!("Your contract is running."),
        (Ended, _) => text!("Your contract has ended."),
        (Declined, _) => text!("We could not accept your order."),
        (Cancelled, _) => text!("Your order was cancelled."),
    }
}
