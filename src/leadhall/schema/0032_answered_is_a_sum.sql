-- How many were answered of a counted day is the sum of `times`, which figures add up anyway.

alter table counted_day drop column answered;
