"""What the service tells the public about itself, without telling about anybody."""
