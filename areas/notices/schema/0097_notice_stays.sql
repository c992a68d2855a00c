-- What a customer or supplier was told, and signed where they approve, never goes.
never deleted notice_of_change;
