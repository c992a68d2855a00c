-- What a signature stands under says more than the signature repeats: who was asked by which policy, what was asked of the
-- customer, and what they had before them when they signed.
never deleted review;
never deleted clarification;
never deleted sign_off;
