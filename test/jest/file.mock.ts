/** Stands for the address of an image in unit tests. */
export default 'image.svg';
