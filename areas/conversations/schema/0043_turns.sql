-- Whose turn it is, counted on every page; the meetings that belong to a conversation.
create index conversation_by_turn on conversation (waits_for, last_at);
create index meeting_by_conversation on meeting (conversation);
