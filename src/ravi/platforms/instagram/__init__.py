"""Instagram: pictures and short films with a caption."""
