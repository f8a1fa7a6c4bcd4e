"""Bring named graphs to a server and back, so that only what changed travels."""

from c4f_graph.sync.pulling import PullPlan, former_pull, plan_pull, pull
from c4f_graph.sync.pushing import PushPlan, is_unfinished, plan_push, push
from c4f_graph.sync.states import GraphState, local_states

__all__ = [
    "GraphState",
    "PullPlan",
    "PushPlan",
    "former_pull",
    "is_unfinished",
    "local_states",
    "plan_pull",
    "plan_push",
    "pull",
    "push",
]
