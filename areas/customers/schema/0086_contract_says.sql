-- What a clause of a frame contract says: that silence is consent, as all did that were recorded before this step, or that
-- changes need their approval.
alter table frame_contract add column says text not null default 'silence';
