package dev.sluice.simulator;

/** What happens to a question in place of its ordinary answer; asking it for that answer has its ordinary effects. */
@FunctionalInterface
interface Fault<Q> {

    Reply meet(Q question);
}
