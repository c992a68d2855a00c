-- In which language the letter is written that carries a link: the page behind it opens in that.
alter table pass add column language text;
