"""What the simulation needs of the web: the real words of mails, the real way out, the real pages behind links."""
