-- What was approved by signature never goes, whatever became of the change.
never deleted change_request;
